import type { Site } from '../../identifiers/prefixes/prefix.ts'
import type { Language, Text } from '../../lib/text.ts'
import type { Description } from './describe.ts'
import { type Html, html } from './html.ts'
import { historyCard } from './identifier-page.ts'
import { type PageFrame, pageOf } from './layout.ts'
import { pathOf } from './names.ts'
import { shownName, shownText } from './shown.ts'
import { type PageState, STATES, TEXTS } from './texts.ts'

export type StatePage = {
  readonly state: PageState
  /** The name as it was asked for. */
  readonly asked: string
  /** Identifiers that exist and were perhaps meant. */
  readonly suggestions?: readonly string[]
  /** Life and maker of a retired identifier. */
  readonly description?: Description
  /** The servers of a delegated prefix. */
  readonly sites?: readonly Site[]
  /** What the owner of the prefix has people told instead. */
  readonly said?: Text
  readonly timeZone: string
}

const TONE: Readonly<Partial<Record<PageState, 'warn' | 'bad'>>> = {
  retired: 'warn',
  suspended: 'warn',
  tooMany: 'warn',
  malformed: 'warn',
  absent: 'warn',
  unallotted: 'warn',
  unknown: 'warn',
  held: 'bad',
}

/** The page of an identifier that is not shown: why, and what to do next. */
export function statePage(frame: PageFrame, page: StatePage): string {
  const { language } = frame
  const { status, title, text, steps } = STATES[page.state]
  const { description } = page
  const main = html`<div class="state">
<article class="card">
<p class="eyebrow"><span class="pill ${TONE[page.state] ?? ''}">${status === 200 ? 'Handle' : status}</span></p>
<h1>${title[language]}</h1>
<p class="lead">${page.said === undefined ? text[language] : shownText(page.said[language])}</p>
${page.asked !== '' && html`<p class="asked">${shownName(page.asked)}</p>`}
${description?.enterprise !== undefined && html`<p class="maker"><span>${TEXTS.madeBy[language]}</span><strong>${shownText(description.enterprise)}</strong></p>`}
${suggestionList(page.suggestions ?? [], language)}
${page.sites !== undefined && siteList(page.sites)}
<section><h2>${TEXTS.whatNext[language]}</h2><ul>${steps.map((it) => html`<li>${it[language]}</li>`)}</ul></section>
${findForm(language, '')}
</article>
${description !== undefined && historyCard({ description, timeZone: page.timeZone }, language)}
</div>`
  return pageOf(frame, title[language], main)
}

function suggestionList(names: readonly string[], language: Language): Html {
  if (names.length === 0) return html``
  const items = names.map((it) => html`<li><a href="${pathOf(it)}">${shownName(it)}</a></li>`)
  return html`<section><h2>${TEXTS.perhaps[language]}</h2><ul class="perhaps">${items}</ul></section>`
}

function siteList(sites: readonly Site[]): Html {
  const items = sites.map(({ address, port, protocol }) => {
    const where = [address, port].filter((it) => it !== undefined).join(' : ')
    return html`<li>${where} ${protocol?.toUpperCase() ?? ''}</li>`
  })
  return html`<ul>${items}</ul>`
}

/** Looks an identifier up without a script: the start page sends the browser on. */
export function findForm(language: Language, value: string, problem?: string): Html {
  const isWrong = problem !== undefined
  return html`<form class="find row" action="/" method="get" role="search">
<label for="id">${TEXTS.search[language]}</label>
<input id="id" name="id" value="${value}" placeholder="${TEXTS.searchHint[language]}" maxlength="2048" autocomplete="off" autocapitalize="off" spellcheck="false" required${isWrong && html` aria-invalid="true" aria-describedby="id-problem"`}>
<button class="go">${TEXTS.searchButton[language]}</button>
${isWrong && html`<p id="id-problem" role="alert">${problem}</p>`}
</form>`
}
