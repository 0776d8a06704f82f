import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { transactionStatuses } from './state.ts';
import type { WompiVendor } from './vendor.ts';

/** `/v1` of Wompi Colombia, as far as one-off payments need it. */
export function registerWompiApi(
  app: FastifyInstance,
  vendor: WompiVendor,
  keys: { publicKey: string; privateKey: string | undefined },
): void {
  const allows = (request: FastifyRequest, publicToo: boolean) => {
    const key = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) return false;
    if (publicToo && key === keys.publicKey) return true;
    return keys.privateKey === undefined ? key.startsWith('prv_') : key === keys.privateKey;
  };

  app.get<{ Querystring: { reference?: string } }>('/v1/transactions', (request, reply) => {
    if (!allows(request, false)) return unauthorized(reply);
    const { reference } = request.query;
    if (typeof reference !== 'string' || reference === '') {
      return reply.code(422).send({
        error: { type: 'INPUT_VALIDATION_ERROR', messages: { reference: ['Es obligatorio'] } },
      });
    }
    return { data: vendor.list(reference), meta: {} };
  });

  app.get<{ Params: { id: string } }>('/v1/transactions/:id', (request, reply) => {
    if (!allows(request, true)) return unauthorized(reply);
    const transaction = vendor.find(request.params.id);
    return transaction ? { data: transaction, meta: {} } : missing(reply);
  });

  app.post<{ Params: { id: string } }>('/v1/transactions/:id/void', (request, reply) => {
    if (!allows(request, false)) return unauthorized(reply);
    const transaction = vendor.find(request.params.id);
    if (!transaction) return missing(reply);
    if (transaction.status !== 'APPROVED') {
      return reply.code(422).send({
        error: {
          type: 'INPUT_VALIDATION_ERROR',
          messages: { status: ['Solo se anulan transacciones aprobadas'] },
        },
      });
    }
    vendor.change(transaction, 'VOIDED');
    return reply.code(201).send({ data: { status: 'APPROVED', transaction }, meta: {} });
  });

  app.get<{ Params: { key: string } }>('/v1/merchants/:key', (request, reply) => {
    if (request.params.key !== keys.publicKey) return missing(reply);
    const acceptance = (type: string) => ({
      acceptance_token: `sandbox_${type.toLowerCase()}`,
      permalink: 'https://wompi.com/assets/downloadble/reglamento-Usuarios-Colombia.pdf',
      type,
    });
    return {
      data: {
        id: 1234,
        name: 'Aló (sandbox)',
        legal_name: 'Aló (sandbox)',
        public_key: keys.publicKey,
        accepted_currencies: ['COP'],
        accepted_payment_methods: ['NEQUI', 'PSE', 'CARD'],
        presigned_acceptance: acceptance('END_USER_POLICY'),
        presigned_personal_data_auth: acceptance('PERSONAL_DATA_AUTH'),
      },
      meta: {},
    };
  });

  // Not Wompi's: decides what becomes of a transaction, as a bank would.
  app.put<{ Params: { id: string }; Body: { status?: unknown } | null }>(
    '/__sandbox/transactions/:id',
    (request, reply) => {
      const transaction = vendor.find(request.params.id);
      const status = transactionStatuses.find((known) => known === request.body?.status);
      if (!transaction || !status) return missing(reply);
      vendor.change(transaction, status);
      return { data: transaction };
    },
  );
}

const unauthorized = (reply: FastifyReply) =>
  reply.code(401).send({
    error: { type: 'INVALID_ACCESS_TOKEN', reason: 'Se esperaba una llave pública o privada' },
  });

const missing = (reply: FastifyReply) =>
  reply.code(404).send({
    error: { type: 'NOT_FOUND_ERROR', reason: 'La entidad solicitada no existe' },
  });
