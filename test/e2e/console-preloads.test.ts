import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call } from '../support/api-client.ts'
import { skipBrowser } from '../support/console-browser.ts'
import { consoleWorld } from '../support/console-world.ts'

const world = consoleWorld()

test('with the address of a page the node names all that the page is made of, and it is there', {
  skip: skipBrowser,
}, async () => {
  const { url } = world
  const linksOf = async (path: string) =>
    String((await call(url, 'GET', path)).headers.get('link') ?? '')
  const pages = {
    '/console/': /home-page/,
    '/console/identifiers?q=pump': /list-page/,
    '/console/prefixes/requests': /requests-page/,
    '/console/prefixes/88.100': /prefix-page/,
    '/console/sign-in': /sign-in-page/,
  }
  const files = new Set<string>()
  for (const [path, own] of Object.entries(pages)) {
    const links = await linksOf(path)
    assert.match(links, own, path)
    assert.equal(links.includes('/shell-'), path !== '/console/sign-in', path)
    for (const [, file = ''] of links.matchAll(/<([^>]+)>/g)) files.add(file)
  }
  for (const file of files) assert.equal((await call(url, 'GET', file)).status, 200, file)
  assert.equal(await linksOf('/console/nothing/here'), '')
  assert.equal(await linksOf('/console/mark.svg'), '')
})
