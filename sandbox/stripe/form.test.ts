import { describe, expect, it } from 'vitest';
import { parseForm, textOf, textsOf } from './form.ts';

const plain = (text: string) => JSON.parse(JSON.stringify(parseForm(text))) as unknown;

describe('a form with brackets', () => {
  it.each([
    ['mode=subscription', { mode: 'subscription' }],
    [
      'line_items[0][price]=price_1&line_items[0][quantity]=1',
      { line_items: [{ price: 'price_1', quantity: '1' }] },
    ],
    ['expand[]=a&expand[]=b', { expand: ['a', 'b'] }],
    [
      'subscription_data[metadata][org_id]=org_1',
      { subscription_data: { metadata: { org_id: 'org_1' } } },
    ],
    ['metadata%5Bk%5D=%C3%B1+%26', { metadata: { k: 'ñ &' } }],
    ['metadata=', { metadata: '' }],
    ['', {}],
  ])('%s', (text, value) => {
    expect(plain(text)).toEqual(value);
  });

  it('cannot reach a prototype', () => {
    parseForm('__proto__[polluted]=yes&constructor[prototype][polluted]=yes');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is refused when it is absurdly deep or long', () => {
    expect(() => parseForm(`a${'[b]'.repeat(20)}=1`)).toThrow(/deep/);
    expect(() => parseForm('a=1&'.repeat(2_000))).toThrow(/many/);
  });

  it('is read by path', () => {
    const form = parseForm('a[0][b]=1&m[x]=y&m[z][w]=2');
    expect(textOf(form, 'a', 0, 'b')).toBe('1');
    expect(textOf(form, 'a', 1, 'b')).toBeUndefined();
    expect(textsOf(form['m'])).toEqual({ x: 'y' });
    expect(textsOf(undefined)).toEqual({});
  });
});
