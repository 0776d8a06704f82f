import { createHash, randomUUID } from 'node:crypto';
import { serve, type StandInServer } from './server.ts';

export interface WompiStandIn extends StandInServer {
  /** Pays at the address of a checkout, wherever it points; resolves when the event has been posted. */
  pay(checkoutUrl: string, eventsUrl: string): Promise<number>;
}

interface Options {
  readonly publicKey: string;
  readonly integritySecret: string;
  readonly eventsSecret: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** `GET /v1/transactions/{id}` and events with a checksum. */
export async function startWompiStandIn(options: Options): Promise<WompiStandIn> {
  const transactions = new Map<string, object>();
  const server = await serve(({ method, path }) => {
    const data = transactions.get(path.replace('/v1/transactions/', ''));
    if (method === 'GET' && data) return { body: { data, meta: {} } };
    const reason = 'La entidad solicitada no existe';
    return { status: 404, body: { error: { type: 'NOT_FOUND_ERROR', reason } } };
  });

  return {
    ...server,
    async pay(checkoutUrl, eventsUrl) {
      const query = new URL(checkoutUrl).searchParams;
      const get = (name: string) => query.get(name) ?? '';
      const signed = get('reference') + get('amount-in-cents') + get('currency');
      if (get('public-key') !== options.publicKey) throw new Error('another merchant');
      if (sha256(signed + options.integritySecret) !== get('signature:integrity'))
        throw new Error('the checkout is not signed by the merchant');
      const transaction = {
        id: `1234-${Date.now()}-${randomUUID().slice(0, 5)}`,
        created_at: new Date().toISOString(),
        amount_in_cents: Number(get('amount-in-cents')),
        reference: get('reference'),
        currency: get('currency'),
        customer_email: get('customer-data:email'),
        payment_method_type: 'NEQUI',
        payment_method: { type: 'NEQUI' },
        status: 'APPROVED',
        status_message: null,
        shipping_address: null,
        redirect_url: get('redirect-url'),
        payment_link_id: null,
        payment_source_id: null,
      };
      transactions.set(transaction.id, transaction);
      const timestamp = Math.floor(Date.now() / 1_000);
      const { id, status, amount_in_cents } = transaction;
      const checksum = sha256(
        `${id}${status}${amount_in_cents}${timestamp}${options.eventsSecret}`,
      ).toUpperCase();
      const event = {
        event: 'transaction.updated',
        data: { transaction },
        environment: 'test',
        signature: {
          properties: ['transaction.id', 'transaction.status', 'transaction.amount_in_cents'],
          checksum,
        },
        timestamp,
        sent_at: new Date().toISOString(),
      };
      const answer = await fetch(eventsUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-event-checksum': checksum },
        body: JSON.stringify(event),
      });
      return answer.status;
    },
  };
}
