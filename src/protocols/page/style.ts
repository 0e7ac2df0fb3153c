import { createHash } from 'node:crypto'

/** The one style sheet of the public pages: phone first, light and dark, and for print. */
export const STYLE = `
:root{color-scheme:light dark;
--paper:#f4f3ef;--card:#fff;--ink:#16201d;--soft:#55605c;--line:#dcdcd4;--accent:#0b6152;--on-accent:#fff;--tint:#e4efeb;
--good:#0b6152;--good-bg:#dcefe8;--warn:#7a4a00;--warn-bg:#fbecd0;--bad:#9b1c2b;--bad-bg:#fbe3e3;--focus:#1b5fd0;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Hiragino Sans GB","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Noto Sans Mono","DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace}
@media (prefers-color-scheme:dark){:root{
--paper:#101513;--card:#18201d;--ink:#edf2ef;--soft:#a5b2ad;--line:#2d3834;--accent:#6fd3bb;--on-accent:#06231c;--tint:#1d2d28;
--good:#84dcc4;--good-bg:#163229;--warn:#f0c67d;--warn-bg:#392b11;--bad:#ff9ea4;--bad-bg:#401c20;--focus:#8bb8ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 var(--sans);min-height:100vh;display:flex;flex-direction:column;text-autospace:normal}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
h1,h2,p,dl,dd,ol,ul,figure{margin:0}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:.75rem;background:var(--card);padding:.5rem 1rem;z-index:1}
.bar{border-bottom:1px solid var(--line);background:var(--card)}
.bar>div{max-width:62rem;margin:0 auto;padding:.35rem 1.25rem;display:flex;align-items:center;gap:.75rem;min-height:3.5rem}
.mark{display:flex;align-items:center;gap:.65rem;color:inherit;text-decoration:none;font-weight:600;min-width:0;min-height:2.75rem;overflow-wrap:anywhere;line-height:1.3}
.mark svg{flex:none;width:1.7rem;height:1.7rem;color:var(--accent)}
.lang{margin-left:auto;flex:none;min-height:2.75rem;padding:0 .25rem;display:flex;align-items:center}
main{flex:1;width:100%;max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
.grid,.stack,.side{display:grid;gap:1.25rem;grid-template-columns:minmax(0,1fr)}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.35rem 1.25rem}
.eyebrow{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem .75rem;color:var(--soft);font-size:.9rem}
.pill{display:inline-flex;align-items:center;gap:.45rem;padding:.12rem .7rem;border-radius:99rem;font-size:.85rem;font-weight:600;background:var(--good-bg);color:var(--good)}
.pill::before{content:"";width:.5rem;height:.5rem;border-radius:50%;background:currentColor}
.pill.warn{background:var(--warn-bg);color:var(--warn)}.pill.bad{background:var(--bad-bg);color:var(--bad)}
h1{font-size:clamp(1.55rem,1.2rem + 2.2vw,2.35rem);line-height:1.22;font-weight:680;letter-spacing:-.012em;margin:.7rem 0 .55rem;overflow-wrap:anywhere;text-wrap:pretty}
h1.code{font-family:var(--mono);font-weight:600;letter-spacing:-.03em;font-size:clamp(1.25rem,1rem + 1.6vw,1.9rem)}
:lang(zh) h1:not(.code){letter-spacing:0}
.handle{font-family:var(--mono);font-size:.98rem;color:var(--soft);overflow-wrap:anywhere;user-select:all}
.maker{margin-top:1.1rem;padding-top:1rem;border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.1rem 1rem;align-items:baseline}
.maker span{color:var(--soft);font-size:.9rem}.maker strong{font-weight:600;overflow-wrap:anywhere}
.go{display:inline-flex;align-items:center;gap:.6rem;max-width:100%;margin-top:1.2rem;min-height:3rem;padding:.55rem 1.25rem;border-radius:10px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;border:0;cursor:pointer;overflow-wrap:anywhere;line-height:1.3}
.go:hover{filter:brightness(1.08)}.go small{font-weight:400;font-size:.87rem}
h2{font-size:1.08rem;font-weight:650;margin-bottom:.85rem}
.rows>div{display:grid;gap:.1rem 1.5rem;grid-template-columns:minmax(0,1fr);padding:.72rem 0;border-top:1px solid var(--line)}
.rows>div:first-child{border-top:0;padding-top:0}.rows>div:last-child{padding-bottom:0}
dt{color:var(--soft);font-size:.9rem}
dd{overflow-wrap:anywhere;white-space:pre-wrap;font-variant-numeric:tabular-nums}
dd ul{padding-left:1.15rem;white-space:normal}
.unit{color:var(--soft);margin-left:.3em}
.quiet{color:var(--soft)}
.sign{font:600 .72em/1.2 var(--mono);padding:.05em .35em;margin:0 .1em;border:1px solid currentcolor;border-radius:4px;color:var(--soft);white-space:nowrap}
.track{list-style:none;padding:0;position:relative}
.track li{position:relative;padding:0 0 1.05rem 1.6rem}
.track li::before{content:"";position:absolute;left:.2rem;top:.45rem;width:.68rem;height:.68rem;border-radius:50%;background:var(--card);border:2px solid var(--soft)}
.track li:first-child::before{border-color:var(--accent);background:var(--accent)}
.track li:not(:last-child)::after{content:"";position:absolute;left:.5rem;top:1.35rem;bottom:-.25rem;width:1px;background:var(--line)}
.track li:last-child{padding-bottom:0}
.track time{display:block;color:var(--soft);font-size:.9rem;font-variant-numeric:tabular-nums}
.qr{text-align:center}
.qr svg{display:block;width:min(100%,13.5rem);height:auto;margin:0 auto .8rem;border-radius:8px;border:1px solid var(--line)}
.qr figcaption{color:var(--soft);font-size:.9rem}
.links{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem}
.links a{min-height:2.75rem;display:inline-flex;align-items:center}
.qr .links{justify-content:center;align-items:center;color:var(--soft);font-size:.95rem}
details>summary{cursor:pointer;font-weight:650;min-height:2.75rem;display:flex;align-items:center;gap:.5rem;list-style:none}
details>summary::-webkit-details-marker{display:none}
details>summary::before{content:"";flex:none;width:.5rem;height:.5rem;border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(-45deg);margin:0 .3rem}
details[open]>summary::before{transform:rotate(45deg)}
details .rows{margin-top:.6rem}
.tech dt{font-family:var(--mono);font-size:.85rem;overflow-wrap:anywhere}
.tech dd{font-family:var(--mono);font-size:.87rem}
.state{max-width:44rem;margin:0 auto}
.state h1{margin-top:.9rem}.state .lead{font-size:1.06rem}
.state .asked{margin:1.1rem 0;padding:.75rem 1rem;border-radius:10px;background:var(--tint);font-family:var(--mono);overflow-wrap:anywhere;white-space:pre-wrap}
.state section{margin-top:1.6rem}
.state ul{padding-left:1.2rem}.state li{margin:.35rem 0}
.perhaps{list-style:none;padding:0!important}
.perhaps a{display:flex;align-items:center;min-height:3rem;padding:.5rem 1rem;border:1px solid var(--accent);border-radius:10px;font-family:var(--mono);overflow-wrap:anywhere;text-decoration:none}
.find{display:grid;gap:.6rem;margin-top:1.6rem}
.find label{font-weight:600}
.find input{font:inherit;font-family:var(--mono);width:100%;min-height:3rem;padding:.5rem .9rem;border-radius:10px;border:1px solid var(--soft);background:var(--paper);color:inherit}
.find ::placeholder{color:var(--soft);opacity:1}
.find .go{margin:0;justify-content:center}
.landing{max-width:44rem;margin:2.5vh auto 0}
.landing .links{margin-top:.75rem}
.landing .lead{color:var(--soft);font-size:1.06rem;max-width:36em}
.sums{display:flex;flex-wrap:wrap;gap:1.1rem 2.75rem;margin-top:2rem}
.sums div{display:flex;flex-direction:column-reverse}
.sums dd{font-size:1.65rem;font-weight:650;line-height:1.2;letter-spacing:-.01em}
.foot{border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}
.foot>div{max-width:62rem;margin:0 auto;padding:.9rem 1.25rem;display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;align-items:center}
.foot a{color:inherit;min-height:2.75rem;display:inline-flex;align-items:center}
.foot span{margin-right:auto}
@media (min-width:44rem){
main{padding-top:2.25rem}
.card{padding:1.75rem 2rem}
.rows>div{grid-template-columns:minmax(8rem,13rem) minmax(0,1fr)}
.find.row{grid-template-columns:1fr auto}.find.row label{grid-column:1/-1}}
@media (min-width:60rem){
.grid{grid-template-columns:minmax(0,1fr) 18.5rem;align-items:start}
.side{position:sticky;top:1.25rem}
.grid .card{padding:1.6rem 1.75rem}}
@media (prefers-reduced-motion:no-preference){.go{transition:filter .15s}}
@media (forced-colors:active){.pill,.card,.go{border:1px solid}.pill::before,.track li::before{forced-color-adjust:none}}
@media print{
:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#333;--line:#999;--accent:#000;--good-bg:#fff;--warn-bg:#fff;--bad-bg:#fff;--good:#000;--warn:#000;--bad:#000}
.skip,.lang,.foot a,.links,nav.card,.find,.go{display:none}
body{font-size:10.5pt}main{padding:0;max-width:none}
.bar>div,.foot>div{padding:.5rem 0;max-width:none}
.card{border:0;border-radius:0;padding:.75rem 0;break-inside:avoid}
.grid{grid-template-columns:minmax(0,1fr) 5.2cm;align-items:start}.side{position:static}
.pill{border:1px solid;padding:0 .5rem}a{text-decoration:none}}
`

export const STYLE_PATH = `/assets/page-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`

/** The node's sign: a trail mark, the diamond that tells a walker which way to go. */
export const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path fill="currentColor" d="M17.800 2.200 29.800 14.200a2.550 2.550 0 0 1 0 3.600l-12 12a2.550 2.550 0 0 1-3.600 0l-12-12a2.550 2.550 0 0 1 0-3.600l12-12a2.550 2.550 0 0 1 3.600 0z"/><path fill="none" stroke="var(--card,#fff)" stroke-width="2.600" stroke-linecap="round" stroke-linejoin="round" d="M11 18.500l5-5 5 5M16 13.800v9"/></svg>`

export const ICON = MARK.replace('<svg ', '<svg color="#0b6152" ')
export const ICON_PATH = '/assets/waymark.svg'
