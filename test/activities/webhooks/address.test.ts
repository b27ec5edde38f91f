import { expect, test } from 'vitest'
import { isPublic, namesPrivateAddress } from '../../../activities/webhooks/address.ts'

test.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])(
  '%s is public',
  (address) => {
    expect(isPublic(address)).toBe(true)
  },
)

test.each([
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255'],
  ...['192.0.0.1', '198.18.0.1', '240.0.0.1', '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1'],
  ...['::ffff:1.1.1.1', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1'],
  ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1', 'fe80::1%eth0'],
  ...['168.63.129.16', '', 'localhost', '1.1.1.1.1'],
])('%s is not', (address) => {
  expect(isPublic(address)).toBe(false)
})

test('an address of this machine is not, however it is written', () => {
  expect(isPublic('1.1.1.1', ['10.0.0.1', '1.1.1.1'])).toBe(false)
  expect(isPublic('2606:4700:0::1111', ['2606:4700::1111'])).toBe(false)
  expect(isPublic('1.1.1.2', ['fe80::1', '1.1.1.1'])).toBe(true)
})

test.each([
  ...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://0177.0.0.1/'],
  ...['http://127.1/', 'http://127.0.0.1./', 'https://[::1]/', 'http://[::ffff:127.0.0.1]/'],
  ...['http://[::ffff:7f00:1]:80/', 'http://１２７.0.0.1/', 'http://0/', 'http://169.254.169.254/'],
  ...['http://localhost/', 'http://LocalHost.:80/', 'http://hook.localhost/'],
])('%s names a private address', (url) => {
  expect(namesPrivateAddress(new URL(url))).toBe(true)
})

test.each([
  'http://1.1.1.1/',
  'http://[2606:4700::1111]/',
  'http://example.com/',
  'http://mylocalhost/',
  'http://localhost.example/',
])('%s does not, by itself', (url) => {
  expect(namesPrivateAddress(new URL(url))).toBe(false)
})
