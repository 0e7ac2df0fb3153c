import type { HandleValue } from '../../identifiers/record.ts'
import type { Language, Text } from '../../lib/text.ts'
import { formatData } from '../handle/value-json.ts'
import { type Description, isFileField, linkOf, type ShownField } from './describe.ts'
import { type Html, html } from './html.ts'
import { type PageFrame, pageOf } from './layout.ts'
import { pathOf } from './names.ts'
import { qrModules, qrSvg } from './qr.ts'
import { plainText, shownName, shownText } from './shown.ts'
import { STATUS_TEXTS, TEXTS } from './texts.ts'
import { moment } from './when.ts'

export type IdentifierPage = {
  readonly description: Description
  /** Where the identifier leads, when it does. */
  readonly target: URL | undefined
  /** Public address of this page, which its QR code holds. */
  readonly address: string
  /** IANA name of the zone times are shown in. */
  readonly timeZone: string
}

const TEXT_CHARS_SHOWN_MAX = 4000
/** With more values the rest of the page would be far below them. */
const VALUES_OPEN_MAX = 40

/** The page of a registered identifier: what it is, who made it, what is public of it, its history and its code. */
export function identifierPage(frame: PageFrame, page: IdentifierPage): string {
  const { description } = page
  const title = description.title ?? description.handle
  const main = html`<div class="grid">
<div class="stack">${hero(frame, page)}</div>
${aside(frame, page)}
</div>`
  const path = pathOf(description.handle)
  const links = html`<link rel="canonical" href="${page.address}">
<link rel="alternate" type="application/json" href="${path}?format=json">
<link rel="alternate" type="application/ld+json" href="${path}?format=json-ld">`
  return pageOf(frame, title, main, links)
}

function hero(frame: PageFrame, page: IdentifierPage): Html {
  const { language } = frame
  const { description, target } = page
  const { title, handle } = description
  const kind = description.kind === 'prefix' ? TEXTS.prefixTitle : TEXTS.identifier
  return html`<article class="card">
<p class="eyebrow"><span class="pill">${STATUS_TEXTS.registered[language]}</span><span>${(description.template?.label ?? kind)[language]}</span></p>
${title === undefined ? html`<h1 class="code">${shownName(handle)}</h1>` : html`<h1>${shownText(title)}</h1><p class="handle">${shownName(handle)}</p>`}
${description.enterprise !== undefined && html`<p class="maker"><span>${TEXTS.madeBy[language]}</span><strong>${shownText(description.enterprise)}</strong></p>`}
${target !== undefined && html`<p><a class="go" href="${target.href}" rel="nofollow noopener">${TEXTS.openTarget[language]} <small>${target.host}</small></a></p>`}
</article>
${particulars(description, language)}
${technical(description, language)}`
}

function particulars(description: Description, language: Language): Html {
  const { others, title } = description
  // What stands as the heading need not stand again below it.
  const fields = description.fields.filter((it) => title === undefined || it.value !== title)
  if (fields.length === 0 && others.length > 0) return html``
  const rows = fields.map(
    (field) =>
      html`<div><dt>${field.label[language]}</dt><dd>${fieldValue(field, language)}</dd></div>`,
  )
  return html`<section class="card"><h2>${TEXTS.particulars[language]}</h2>${
    rows.length === 0
      ? html`<p class="quiet">${TEXTS.noParticulars[language]}</p>`
      : html`<dl class="rows">${rows}</dl>`
  }</section>`
}

function fieldValue(field: ShownField, language: Language): Html {
  const unit = field.unit !== undefined && html`<span class="unit">${field.unit}</span>`
  if (field.choices !== undefined) {
    return html`<ul>${field.choices.map((it) => html`<li>${it[language]}</li>`)}</ul>`
  }
  if (field.choice !== undefined) return html`${field.choice[language]}`
  if (Array.isArray(field.value)) {
    return html`<ul>${field.value.map((it) => html`<li>${plain(field, it, language)}${unit}</li>`)}</ul>`
  }
  return html`${plain(field, field.value, language)}${unit}`
}

function plain(field: ShownField, value: unknown, language: Language): Html {
  if (typeof value === 'boolean') return html`${(value ? TEXTS.yes : TEXTS.no)[language]}`
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (isFileField(field)) return fileOf(field, text, language)
  if (field.type === 'reference') {
    return html`<a href="${pathOf(text)}" rel="nofollow">${shownName(text)}</a>`
  }
  return textOrLink(text, language)
}

function fileOf({ files }: ShownField, id: string, language: Language): Html {
  const name = files?.get(id)
  // The number of a file that is not for everybody says nothing to them.
  if (name === undefined) return html`<span class="quiet">${TEXTS.closedFile[language]}</span>`
  const href = `/api/v1/files/${encodeURIComponent(id)}`
  return html`<a href="${href}" download="${name}">${shownText(name)}</a>`
}

/** http and https become links; every other scheme stays text. */
function textOrLink(text: string, language: Language): Html {
  if (text.trim() === '') return html`<span class="quiet">${TEXTS.empty[language]}</span>`
  const url = linkOf(text)
  const shown =
    text.length > TEXT_CHARS_SHOWN_MAX ? `${text.slice(0, TEXT_CHARS_SHOWN_MAX)}…` : text
  if (url === undefined) return shownText(shown)
  return html`<a href="${url.href}" rel="nofollow noopener">${shownText(shown)}</a>`
}

function technical({ others: values, fields }: Description, language: Language): Html {
  if (values.length === 0) return html``
  const plainValues = values.filter((it) => !/^HS_/i.test(it.type))
  const rows = values.map(
    (it) =>
      html`<div><dt>${it.index} · ${shownName(it.type)}</dt><dd>${dataOf(it, language)}</dd></div>`,
  )
  const isShort = plainValues.length > 0 && values.length <= VALUES_OPEN_MAX
  const open = isShort && html` open`
  const heading = fields.length === 0 ? TEXTS.values : TEXTS.technical
  return html`<details class="card tech"${open}><summary>${heading[language]} <span class="quiet">${values.length}</span></summary><dl class="rows">${rows}</dl></details>`
}

/** Values of the protocol's own types are shown by what is in them, other bytes by their number alone. */
function dataOf(value: HandleValue, language: Language): Html {
  const { format, value: inside } = JSON.parse(formatData(value))
  if (format === 'string') return textOrLink(inside, language)
  if (format !== 'base64') return shownText(JSON.stringify(inside))
  const { length } = Buffer.from(inside, 'base64')
  return html`<span class="quiet">${TEXTS.binary[language]}, ${length} B</span>`
}

function aside(frame: PageFrame, page: IdentifierPage): Html {
  const { language } = frame
  const { handle } = page.description
  const path = pathOf(handle)
  const modules = qrModules(page.address)
  const code =
    modules !== undefined &&
    html`<figure class="card qr">${qrSvg(modules, `${TEXTS.code[language]}: ${plainText(handle)}`)}
<figcaption>${TEXTS.codeHint[language]}</figcaption>
<p class="links">${TEXTS.download[language]} <a href="${path}?qr=svg" download="qr.svg">SVG</a> <a href="${path}?qr=png&amp;size=1024" download="qr.png">PNG</a></p></figure>`
  return html`<aside class="side">
${code}
${historyCard(page, language)}
<nav class="card" aria-label="${TEXTS.forPrograms[language]}"><h2>${TEXTS.forPrograms[language]}</h2>
<p class="links"><a href="${path}?format=json">JSON</a><a href="${path}?format=json-ld">JSON-LD</a><a href="/api/handles${path}?pretty">Handle</a></p></nav>
</aside>`
}

export function historyCard(
  page: Pick<IdentifierPage, 'description' | 'timeZone'>,
  language: Language,
): Html {
  const { history } = page.description
  if (history.length === 0) return html``
  const items = history.map(({ status, at, times }) => {
    const often = times > 1 && html` (${times} ${TEXTS.times[language]})`
    return html`<li>${(STATUS_TEXTS[status] satisfies Text)[language]}${often}${moment(at, language, page.timeZone)}</li>`
  })
  return html`<section class="card"><h2>${TEXTS.history[language]}</h2><ol class="track">${items}</ol></section>`
}
