import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BoldVendor } from './vendor.ts';

const LISTED_MAX = 10;

const linkSchema = z.object({
  amount_type: z.literal('CLOSE'),
  amount: z.object({
    currency: z.literal('COP'),
    total_amount: z.int().min(1_000).max(100_000_000),
  }),
  reference: z.string().regex(/^[A-Za-z0-9_-]{1,60}$/),
  description: z.string().min(2).max(100),
  /** Nanoseconds. */
  expiration_date: z.number().positive().optional(),
  callback_url: z.url({ protocol: /^https?$/ }).optional(),
  payer_email: z.email().optional(),
});

/** Payment links and the fallback service of notifications: developers.bold.co, API link de pagos. */
export function registerBoldApi(
  app: FastifyInstance,
  vendor: BoldVendor,
  apiKey: string | undefined,
): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!/^\/(online|payments)\//.test(request.url) || isAllowed(request, apiKey)) return;
    await refuse(reply, 403, 'AUTH-001', 'La llave de identidad no es válida');
  });

  app.post('/online/link/v1', (request, reply) => {
    const asked = linkSchema.safeParse(request.body);
    if (!asked.success) {
      const [issue] = asked.error.issues;
      return refuse(reply, 400, 'LNK-001', `${issue?.path.join('.')}: ${issue?.message}`);
    }
    const { amount, expiration_date: expiresNs, ...given } = asked.data;
    const taken = Object.values(vendor.state.links).some(
      ({ reference }) => reference === given.reference,
    );
    if (taken) return refuse(reply, 400, 'LNK-002', 'La referencia ya existe');
    const link = vendor.createLink({
      reference: given.reference,
      total: amount.total_amount,
      description: given.description,
      callback_url: given.callback_url ?? null,
      payer_email: given.payer_email ?? null,
      expires_at_ms: expiresNs === undefined ? null : expiresNs / 1e6,
    });
    // The address this was asked at is where its hosted pages are.
    const url = `${request.protocol}://${request.host}/${link.id}`;
    return { payload: { payment_link: link.id, url }, errors: [] };
  });

  app.get('/online/link/v1/payment_methods', () => {
    const bounds = { min: 1_000, max: 10_000_000 };
    return {
      payload: { payment_methods: { CREDIT_CARD: bounds, PSE: bounds, NEQUI: bounds } },
      errors: [],
    };
  });

  app.get<{ Params: { id: string } }>('/online/link/v1/:id', (request, reply) => {
    const link = vendor.link(request.params.id);
    if (!link) return refuse(reply, 404, 'LNK-003', 'El link no existe');
    const { status, payment } = vendor.statusOf(link);
    return {
      api_version: 1,
      id: link.id,
      status,
      total: link.total,
      subtotal: link.total,
      tip_amount: 0,
      taxes: [],
      reference: link.reference,
      description: link.description,
      is_sandbox: true,
      payment_method: payment?.method ?? null,
      transaction_id: payment?.id ?? null,
      amount_type: 'CLOSE',
    };
  });

  app.get<{ Params: { id: string }; Querystring: { is_external_reference?: string } }>(
    '/payments/webhook/notifications/:id',
    (request) => {
      const { id } = request.params;
      const byReference = request.query.is_external_reference === 'true';
      const notifications = vendor.state.notifications
        .filter(({ data }) => (byReference ? data.metadata.reference : data.payment_id) === id)
        .slice(-LISTED_MAX);
      return { notifications };
    },
  );
}

function isAllowed(request: FastifyRequest, apiKey: string | undefined): boolean {
  const key = /^x-api-key\s+(\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  return key !== undefined && (apiKey === undefined || key === apiKey);
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ payload: {}, errors: [{ code, message }] });
}
