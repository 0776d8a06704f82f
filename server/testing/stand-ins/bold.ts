import { createHmac, randomUUID } from 'node:crypto';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';

export interface BoldStandIn extends StandInServer {
  /**
   * Pays at a link of ours. With an address the webhook is posted there (its status is returned);
   * without one it never comes, as in Bold's test mode.
   */
  pay(checkoutUrl: string, webhookUrl?: string): Promise<number>;
}

interface Options {
  readonly apiKey: string;
  readonly secretKey: string;
  /** What `metadata.reference` holds: the order's reference, or the link's own id. */
  readonly names?: 'order' | 'link';
}

interface Link {
  readonly id: string;
  readonly total: number;
  readonly reference: string;
  status: 'ACTIVE' | 'PAID';
  transaction: string | null;
}

const refuse = (status: number, message: string): Answer => ({
  status,
  body: { payload: {}, errors: [{ message }] },
});

/** Payment links, their status, the list of notifications, and signed webhooks. */
export async function startBoldStandIn(options: Options): Promise<BoldStandIn> {
  const links = new Map<string, Link>();
  const notifications: { type: string; data: { payment_id: string; reference: string } }[] = [];

  const create = (request: Incoming): Answer => {
    const { amount_type, amount, reference, description, expiration_date } = request.json() as {
      amount_type?: string;
      amount?: { currency?: string; total_amount?: number };
      reference?: string;
      description?: string;
      expiration_date?: number;
    };
    const pesos = amount?.total_amount;
    if (amount_type !== 'CLOSE' || amount?.currency !== 'COP') return refuse(400, 'amount');
    if (!Number.isInteger(pesos) || Number(pesos) < 1_000) return refuse(400, 'total_amount');
    if (!/^[\w-]{1,60}$/.test(reference ?? '')) return refuse(400, 'reference');
    if (!description || description.length > 100) return refuse(400, 'description');
    // Nanoseconds since 1970.
    if (Number(expiration_date) < Date.now() * 1e6) return refuse(400, 'expiration_date');
    const id = `LNK_${randomUUID().slice(0, 8).toUpperCase()}`;
    const link = { total: Number(pesos), reference: String(reference), transaction: null };
    links.set(id, { id, status: 'ACTIVE', ...link });
    return {
      body: { payload: { payment_link: id, url: `${server.url}/pagar/${id}` }, errors: [] },
    };
  };

  const listNotifications = (id: string, byReference: boolean): Answer => ({
    body: {
      notifications: notifications
        .filter(({ data }) => (byReference ? data.reference : data.payment_id) === id)
        .map(({ data: { reference: _reference, ...data }, ...rest }) => ({ ...rest, data })),
    },
  });

  const server = await serve((request) => {
    const { method, path, query, headers } = request;
    if (headers.authorization !== `x-api-key ${options.apiKey}`) return refuse(403, 'forbidden');
    if (method === 'POST' && path === '/online/link/v1') return create(request);
    const link = links.get(/^\/online\/link\/v1\/([\w-]+)$/.exec(path)?.[1] ?? '');
    if (method === 'GET' && link) {
      const { id, total, status, transaction } = link;
      return { body: { payload: { id, total, status, transaction_id: transaction }, errors: [] } };
    }
    const about = /^\/payments\/webhook\/notifications\/([\w-]+)$/.exec(path)?.[1];
    if (method === 'GET' && about) {
      return listNotifications(about, query.get('is_external_reference') === 'true');
    }
    return refuse(404, 'not found');
  });

  return {
    ...server,
    async pay(checkoutUrl, webhookUrl) {
      const link = links.get(new URL(checkoutUrl).pathname.replace('/pagar/', ''));
      if (!link) throw new Error('no such link');
      link.status = 'PAID';
      link.transaction = `CNP${randomUUID().slice(0, 8).toUpperCase()}`;
      if (webhookUrl === undefined) return 0;
      const notification = {
        id: randomUUID(),
        type: 'SALE_APPROVED',
        subject: link.transaction,
        source: '/payments/links',
        spec_version: '1.0',
        time: Date.now() * 1e6,
        data: {
          payment_id: link.transaction,
          merchant_id: 'M1',
          created_at: new Date().toISOString(),
          amount: { currency: 'COP', total: link.total, taxes: [], tip: 0 },
          metadata: { reference: options.names === 'link' ? link.id : link.reference },
          payment_method: 'CARD_WEB',
          card: { brand: 'VISA', masked_pan: '411111****5432', installments: 1 },
        },
        datacontenttype: 'application/json',
      };
      notifications.push({
        ...notification,
        data: { ...notification.data, reference: link.reference },
      });
      // Odd spacing: what is signed are the bytes.
      const body = JSON.stringify(notification, null, 1);
      const answer = await fetch(webhookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-bold-signature': createHmac('sha256', options.secretKey)
            .update(Buffer.from(body).toString('base64'))
            .digest('hex'),
        },
        body,
      });
      return answer.status;
    },
  };
}
