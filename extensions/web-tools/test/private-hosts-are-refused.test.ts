import { Permissions } from 'tenon/plugin-api';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { checkedAddresses } from '../checked-addresses.ts';
import { httpGet } from '../http-get.ts';
import webTools from '../index.ts';
import { specialAddress } from '../special-address.ts';
import { hostOf, webAddress } from '../web-address.ts';
import { send, webSite } from './web-site.ts';

test('addresses that are not of the public internet are told apart', () => {
  const special = (address: string) => specialAddress(address) ?? 'public';
  for (const address of [
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00::1',
    '64:ff9b::808:808',
  ])
    expect([address, special(address)]).toEqual([address, 'public']);
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    '100::1',
    'nonsense',
  ])
    expect([address, special(address)]).not.toEqual([address, 'public']);
});

test('addresses are read the way they are connected to', () => {
  const host = (text: string) => hostOf(webAddress(text));
  expect(host('https://2130706433/')).toBe('127.0.0.1');
  expect(host('https://0x7f.1/')).toBe('127.0.0.1');
  expect(host('https://EXAMPLE.com./')).toBe('example.com');
  expect(webAddress('http://example.com/a#b').href).toBe('https://example.com/a');
  expect(webAddress('http://example.com:8080/').protocol).toBe('http:');
  expect(webAddress('http://localhost/').protocol).toBe('http:');
  for (const bad of [
    'ftp://a.b/',
    'file:///etc/passwd',
    'https://user:pw@a.b/',
    'https://a.b/\u0000',
    'https://a b.c/',
    'https://a.b\n.c/',
    'no',
    `https://a.b/${'x'.repeat(2_000)}`,
  ])
    expect(() => webAddress(bad)).toThrow(/cannot be fetched/);
});

test('a private host is refused after its name was looked up, unless a rule names it', async () => {
  await using site = await webSite((_request, response) => send(response, 'secret', 'text/plain'));
  const at = `http://localhost:${site.port}/`;
  const fetchIt = callTool('WebFetch', { url: at, prompt: 'x' });
  const off = { 'web-tools': { model: '' } };
  for (const allow of [
    ['WebFetch'],
    ['WebFetch(domain:*)'],
    ['WebFetch(domain:*.localhost)', 'WebFetch(domain:local*)'],
  ]) {
    const h = await createHarness({
      extensions: [webTools],
      config: { permissions: { allow }, extensions: off },
      model: [fetchIt, say('no')],
    });
    const [call] = (await h.prompt('go')).calls('WebFetch');
    expect(call).toMatchObject({ verdict: 'allow', isError: true });
    expect(call!.result).toMatch(
      /localhost is (127\.0\.0\.1|::1), which is of this machine.*WebFetch\(domain:localhost\)/,
    );
  }
  expect(site.asked).toEqual([]);

  const h = await createHarness({
    extensions: [webTools],
    config: {
      permissions: { allow: ['WebFetch', 'WebFetch(domain:*)', 'WebFetch(domain:localhost)'] },
      extensions: off,
    },
    model: [fetchIt, say('yes')],
  });
  const [call] = (await h.prompt('go')).calls('WebFetch');
  expect(call!.result).toContain('secret');
  expect(await h.kernel.use(Permissions)).toBeDefined();
});

test('a mode that allows everything names no host', async () => {
  await using site = await webSite((_request, response) => send(response, 'secret', 'text/plain'));
  const h = await createHarness({
    extensions: [webTools],
    env: { IS_SANDBOX: '1' },
    flags: { 'dangerously-skip-permissions': true },
    model: [callTool('WebFetch', { url: site.url, prompt: 'x' }), say('no')],
  });
  const [call] = (await h.prompt('go')).calls('WebFetch');
  expect(call!.result).toMatch(/the address 127\.0\.0\.1 is of this machine/);
  expect(site.asked).toEqual([]);
});

test('the connection goes to the checked address, whatever the name says', async () => {
  await using site = await webSite((request, response) => send(response, request.headers.host ?? '', 'text/plain'));
  const { signal } = new AbortController();
  const addresses = await checkedAddresses('127.0.0.1', async () => true, signal);
  const url = new URL(`http://no-such-host.invalid:${site.port}/`);
  const { body } = await httpGet(url, addresses, {}, {}, signal);
  expect(body.toString()).toBe(`no-such-host.invalid:${site.port}`);
  await expect(checkedAddresses('no-such-host.invalid', async () => true, signal)).rejects.toThrow(
    /no-such-host.invalid/,
  );
});
