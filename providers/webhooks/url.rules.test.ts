import { describe, expect, it } from 'vitest';
import { urlRefusal } from './url.rules.ts';

const strict = (url: string) => urlRefusal(url, { allowLoopback: false });
const trying = (url: string) => urlRefusal(url, { allowLoopback: true });

describe('an address for webhooks', () => {
  it.each([
    'https://panaderia.co/hooks/alo',
    'https://panaderia.co:443/',
    'https://panaderia.co:8443/a?b=c',
    'https://xn--panadera-i2a.co/',
    'https://1.1.1.1/hook',
    'https://[2606:4700:4700::1111]/hook',
  ])('may be %s', (url) => {
    expect([strict(url), trying(url)]).toEqual([null, null]);
  });

  it.each([
    ['malformed', ['', 'panaderia.co', 'https://', 'https://a b/', 'https://1.2.3.4.5/']],
    ['malformed', ['ftp://panaderia.co/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,x']],
    ['malformed', ['gopher://a.test/', 'ws://a.test/', 'unix:/var/run/docker.sock']],
    ['not_https', ['http://panaderia.co/', 'http://1.1.1.1/']],
    ['credentials', ['https://user:pass@panaderia.co/', 'https://a@1.1.1.1/']],
    ['fragment', ['https://panaderia.co/#x']],
    ['port', ['https://panaderia.co:22/', 'https://panaderia.co:25/', 'https://a.test:6667/']],
    ['private_address', ['https://localhost/', 'https://LOCALHOST./', 'https://a.localhost/']],
    ['private_address', ['https://127.0.0.1/', 'https://[::1]/', 'https://[::]/']],
    [
      'private_address',
      [
        'https://2130706433/',
        'https://0x7f000001/',
        'https://0x7f.1/',
        'https://017700000001/',
        'https://127.1/',
        'https://0177.0.0.1/',
        'https://①②⑦.⓪.⓪.①/',
        'https://0/',
      ],
    ],
    [
      'private_address',
      [
        'https://10.0.0.1/',
        'https://169.254.169.254/latest/meta-data/',
        'https://0xa9fea9fe/',
        'https://2852039166/',
        'https://[::ffff:169.254.169.254]/',
        'https://[::ffff:a9fe:a9fe]/',
        'https://[fd00:ec2::254]/',
        'https://[64:ff9b::a9fe:a9fe]/',
        'https://[fe80::1]/',
        'https://100.64.0.1/',
      ],
    ],
  ])('is refused as %s: %j', (refusal, urls) => {
    expect(urls.map(strict)).toEqual(urls.map(() => refusal));
  });

  it('may be this machine, in clear and on any port, only where that is allowed', () => {
    for (const url of ['http://localhost:3000/h', 'http://127.0.0.1:80/', 'https://[::1]:22/'])
      expect([strict(url), trying(url)]).toEqual(['private_address', null]);
    const others = ['https://10.0.0.1/', 'https://169.254.169.254/', 'https://[::ffff:127.0.0.1]/'];
    expect(others.map(trying)).toEqual(others.map(() => 'private_address'));
    expect(trying('http://panaderia.co/')).toBe('not_https');
  });
});
