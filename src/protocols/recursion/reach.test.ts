import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reachOf } from './reach.ts'

const PORT = 2641

test('a walk goes to addresses of the world, in either family', () => {
  const may = reachOf([])
  const open = ['1.1.1.1', '223.255.255.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '100.128.0.1']
  const open6 = ['2400:3200::1', '2a00::1', '::ffff:1.1.1.1', '64:ff9b::101:101', '2002:101:101::1']
  for (const address of [...open, ...open6]) assert.equal(may(address, PORT), true, address)
  for (const port of [0, -1, 65_536, Number.NaN]) assert.equal(may('1.1.1.1', port), false)
})

test('what is loopback, private or special is no place to go, however it is spelled', () => {
  const may = reachOf([])
  const special = [
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1'],
    ...['198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1'],
    ...['255.255.255.255', '192.88.99.1'],
  ]
  for (const v4 of special) {
    const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number)
    const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    const spellings = [v4, `::ffff:${v4}`, `::ffff:${hex}`, `0:0:0:0:0:FFFF:${hex}`]
    spellings.push(`::${v4}`, `64:ff9b::${v4}`, `64:FF9B:0:0:0:0:${hex}`, `2002:${hex}::1`)
    for (const it of spellings) assert.equal(may(it, PORT), false, it)
  }
  const special6 = ['::', '::1', '0:0:0:0:0:0:0:1', 'fe80::1', 'fec0::1', 'fc00::1', 'fdff::1']
  const more6 = ['ff02::1', '2001:db8::1', '3fff::1', '2001::1', '2001:10::1', '100::1', '4000::1']
  const local = [
    '64:ff9b:1::1',
    'fe80::1%eth0',
    'localhost',
    '',
    '127.1',
    '0x7f000001',
    '2130706433',
  ]
  for (const it of [...special6, ...more6, ...local]) assert.equal(may(it, PORT), false, it)
})

test('what is listed may be reached, and nothing beside it', () => {
  const may = reachOf(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/32', 'fe80::1'])
  const listed = ['10.1.255.1', '::ffff:10.1.2.3', '127.0.0.1', 'fd00:1:2::3', '64:ff9b::10.1.0.1']
  assert.equal(reachOf(['::1'])('::1', PORT), true)
  for (const it of listed) assert.equal(may(it, PORT), true, it)
  const beside = ['10.2.0.1', '127.0.0.2', 'fd00:2::1', '::ffff:127.0.0.2', '::1']
  for (const it of beside) assert.equal(may(it, PORT), false, it)
})
