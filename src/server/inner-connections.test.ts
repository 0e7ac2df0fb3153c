import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionName, hearConnection, InnerConnections } from './inner-connections.ts'

test('each connection of another process is the same object for as long as it is heard of', () => {
  const connections = new InnerConnections(2)
  const socket = {}
  const over = (connection: object) => {
    hearConnection(socket, connectionName(connection))
    return connections.find(socket)
  }
  const [a, b, c] = [{}, {}, {}]
  const first = over(a)
  const second = over(b)
  assert.ok(first)
  assert.notEqual(first, second)
  assert.equal(over(a), first)
  over(c)
  assert.equal(over(a), first, 'heard of last before')
  assert.notEqual(over(b), second, 'the oldest went')
  hearConnection(socket, undefined)
  assert.equal(connections.find(socket), undefined)
})
