import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from './address.rules.ts';

describe('an address of the public internet', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
  ])('%s is one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this machine', ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']],
    ['no address at all', ['0.0.0.0', '0.1.2.3', '::', '255.255.255.255']],
    ['a private network', ['10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.1.1']],
    ['a private IPv6 network', ['fc00::1', 'fd12:3456:789a::1', 'fec0::1']],
    ['a shared carrier network', ['100.64.0.1', '100.127.255.254']],
    ['a link', ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1']],
    [
      "a cloud's metadata",
      ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
    ],
    ['many at once', ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1']],
    [
      'set aside: documentation, benchmarks, the future',
      [
        '192.0.2.1',
        '198.51.100.1',
        '203.0.113.1',
        '198.18.0.1',
        '240.0.0.1',
        '192.88.99.1',
        '2001:db8::1',
        '2001:2::1',
        '3fff::1',
        '100::1',
        '5f00::1',
        '4000::1',
        'e000::1',
      ],
    ],
    [
      'IPv4 in IPv6 clothes',
      [
        '::ffff:127.0.0.1',
        '::ffff:7f00:1',
        '::ffff:10.0.0.1',
        '::ffff:8.8.8.8',
        '::127.0.0.1',
        '::ffff:0:127.0.0.1',
        '64:ff9b::7f00:1',
        '64:ff9b::10.0.0.1',
        '64:ff9b:1::1',
        '2002:7f00:1::1',
        '2001:0:7f00:1::1',
      ],
    ],
    [
      'no address in its plain form',
      ['', 'localhost', '127.1', '0x7f000001', '2130706433', '017700000001', '1.1.1.1.1', '::g'],
    ],
  ])('is not %s', (_kind, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

it('loopback is this machine, and nothing that only looks like it', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1'].every(isLoopbackAddress)).toBe(true);
  const others = ['128.0.0.1', '::2', '::ffff:127.0.0.1', '10.0.0.1', 'localhost', '::1%lo'];
  expect(others.filter(isLoopbackAddress)).toEqual([]);
});
