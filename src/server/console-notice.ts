import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../lib/http.ts'
import { languageOf } from '../lib/text.ts'

/**
 * What stands under `/console/` where the console has not been built: how to do from the command line what the address was
 * opened for. No script: the code in the fragment stays with the browser.
 */
export function consoleNotice(app: App): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const language = languageOf(request.headers['accept-language'])
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      .send(PAGE[language])
  }
  for (const url of ['/console', '/console/*']) app.get(url, { schema: { hide: true } }, handler)
}

const PAGE = {
  en: page('en', 'The web console has not been built', [
    '<code>npm run console</code> builds it; <code>npm start</code> does so by itself.',
    'A new node is set up on the command line, with the code that stands behind # in the setup link:',
    '<code>npx waymark setup --code CODE --name NAME --password-stdin --node 88.100</code>',
    'Everything else goes through the API, described at <a href="/api/docs">/api/docs</a>, and <code>npx waymark --help</code>.',
  ]),
  zh: page('zh-CN', '网页控制台尚未构建', [
    '<code>npm run console</code> 可构建；<code>npm start</code> 会自动构建。',
    '请在命令行完成初始设置，设置码是链接中 # 之后的部分：',
    '<code>npx waymark setup --code 设置码 --name 名称 --password-stdin --node 88.100</code>',
    '其他操作请使用 API（<a href="/api/docs">/api/docs</a>）与 <code>npx waymark --help</code>。',
  ]),
}

function page(lang: string, title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((it) => `<p>${it}</p>`).join('')
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1>${body}</html>`
}
