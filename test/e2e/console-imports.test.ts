import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, must } from '../support/api-client.ts'
import {
  drawn,
  findings,
  type Look,
  openWindow,
  skipBrowser,
  untranslated,
} from '../support/console-browser.ts'
import {
  begin,
  choose,
  csv,
  IMPORT_WORDS,
  startSlowly,
  uploadSeenTwice,
  windowOf,
} from '../support/console-imports.ts'
import { consoleWorld } from '../support/console-world.ts'

const world = consoleWorld()

const LOOKS: readonly (Look & { readonly own: string })[] = [
  { width: 1440, language: 'zh', own: 'desk' },
  { width: 390, language: 'en', own: 'phone' },
]
for (const look of LOOKS) {
  const words = IMPORT_WORDS[look.language]

  test(`a file is mapped, looked at, tried, imported and undone: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page, said } = await windowOf(world, look)
    await page.goto('/console/imports')
    await drawn(page)
    await page.getByRole('button', { name: words.newImport }).first().click()
    await page.waitForURL('**/imports/new')
    const input = page.locator('input[type=file]')
    await input.setInputFiles(csv('old.xls', 'x'))
    await page.getByText(words.oldExcel).waitFor()
    await input.setInputFiles(csv('empty.csv', ''))
    await page.getByText(words.empty).waitFor()
    const rows = `工件号,name,附注栏\n${look.own}-1,泵 💧 مضخة,<script>alert(1)</script>\n${look.own}-2,,y\n`
    await begin(world, page, look.language, csv(`${look.own}.csv`, rows))
    // without a column that names the identifier nothing can be imported, but the file is shown
    await page.getByText(words.noIdentifier).first().waitFor()
    assert.ok(await page.getByRole('button', { name: words.start }).isDisabled())
    await choose(
      page,
      look.language === 'zh' ? '“工件号”列对应' : 'Column “工件号” is',
      words.suffix,
    )
    await page.getByText(words.wrong).waitFor()
    assert.equal(await page.locator('td.wrong').count(), 1)
    assert.deepEqual(await findings(page), [])
    assert.deepEqual(await untranslated(page, look.language), [])
    await page.getByRole('button', { name: words.dryRun }).click()
    await page.getByText(words.importsNow).waitFor()
    await page.getByRole('button', { name: words.importNow }).click()
    await page.getByRole('button', { name: words.undo }).waitFor()
    await page.getByText(words.done, { exact: true }).waitFor()
    await drawn(page)
    const text = await page.locator('main').innerText()
    assert.match(text, look.language === 'zh' ? /第 3 行/ : /Line 3/)
    assert.deepEqual(await findings(page), [])
    assert.deepEqual(await untranslated(page, look.language), [])
    const href = await page.locator('a[download]').first().getAttribute('href')
    const result = await (await page.request.get(href ?? '')).text()
    assert.match(result, new RegExp(`created,${world.tenants.a.names.prefix}/${look.own}-1`))
    await page.getByRole('button', { name: words.undo }).click()
    await page.getByRole('dialog').getByRole('button', { name: words.undo }).click()
    await page.getByText(words.undone).waitFor()
    assert.deepEqual(said, [])
    await page.context().close()
  })

  test(`an upload survives a reload, is seen elsewhere and goes on where it broke off: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page } = await windowOf(world, look)
    const lines = 40_000
    const rows = Array.from({ length: lines }, (_, i) => `r-${look.own}-${i},Pump ${i}\n`)
    const file = csv(`large-${look.own}.csv`, `suffix,Name\n${rows.join('')}`)
    const { line, other } = await uploadSeenTwice(world, page, look.language, file)
    await other.getByRole('progressbar').first().waitFor()
    // some of it has been settled before the window goes
    await page.waitForFunction(
      `[...document.querySelectorAll('[role=progressbar]')].some((it) => Number(it.getAttribute('aria-valuenow')) > 5)`,
    )
    await page.reload()
    await page.getByText(words.broken, { exact: true }).waitFor()
    await line.speedUp()
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ ...file, name: 'another.csv' })
    await page.getByText(words.otherFile).waitFor()
    await input.setInputFiles(file)
    await page.getByText(words.done, { exact: true }).waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1)
    const job = await (await page.request.get(`/api/v1/imports/${id}`)).json()
    assert.deepEqual(
      [job.lines, job.created + job.unchanged, job.refused],
      [lines, lines, 0],
      'every line once, none lost',
    )
    await other.getByText(words.done, { exact: true }).first().waitFor()
    await page.context().close()
  })

  test(`an upload is cancelled with what that means: ${look.own}`, {
    skip: skipBrowser,
  }, async () => {
    const { page } = await windowOf(world, look)
    const rows = Array.from({ length: 30_000 }, (_, i) => `c-${look.own}-${i},Pump ${i}\n`)
    await begin(world, page, look.language, csv('cancel.csv', `suffix,Name\n${rows.join('')}`))
    await startSlowly(page, look.language)
    await page.getByRole('button', { name: words.cancel }).click()
    await page.getByRole('dialog').getByRole('button', { name: words.cancel }).click()
    await page.getByText(words.cancelled, { exact: true }).waitFor()
    await page.context().close()
  })
}

test('who began an import is told by name, and no account is read for it', {
  skip: skipBrowser,
}, async () => {
  const { operator, a } = world.tenants
  const reads = async () => {
    const asked = call(world.url, 'GET', '/api/v1/audit?what=user', { headers: operator })
    return (await must(asked)).items.length
  }
  const before = await reads()
  const look: Look = { width: 1440, language: 'en' }
  const context = await openWindow(world.browser, world.url, look, operator)
  const page = await context.newPage()
  for (const path of ['/console/imports', `/console/imports/${a.names.import}`]) {
    await page.goto(path)
    await page.getByText('alpha-person', { exact: true }).first().waitFor()
    await drawn(page)
  }
  assert.equal(await reads(), before)
  await must(call(world.url, 'GET', `/api/v1/users/${a.names.user}`, { headers: operator }))
  assert.equal(await reads(), before + 1, 'whoever reads an account is in the log')
  await context.close()
})

test('JSON lines and a workbook are looked at like a table', { skip: skipBrowser }, async () => {
  const { page } = await windowOf(world, { width: 1440, language: 'en' })
  const line = '{"suffix":"n-1","name":"Pump"}\n'
  await begin(world, page, 'en', { ...csv('lines.ndjson', line), mimeType: 'application/x-ndjson' })
  await choose(page, 'Template', 'Kind')
  await page.getByText(IMPORT_WORDS.en.unreadable).waitFor()
  await begin(world, page, 'en', csv('no-workbook.xlsx', 'this is no workbook'))
  await page.getByRole('alert').first().waitFor()
  assert.ok(await page.getByRole('button', { name: IMPORT_WORDS.en.start }).isDisabled())
  await page.context().close()
})
