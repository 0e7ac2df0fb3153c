import { regions } from './codes.ts'

const GRAMS_MAX = 64
const CORE_CHARS_MIN = 2

/** Legal forms and words that say nothing of who it is; the longest first. */
const FORMS =
  /股份有限公司|有限责任公司|股份合作公司|有限公司|集团公司|股份公司|有限合伙|普通合伙|合作社|分公司|总公司|公司|集团|股份|总厂|工厂|厂|控股|企业|co\.?,?ltd\.?|limited|inc\.?|corp(oration)?\.?|company/giu
const PARTS_MAX = 4

/** Traditional characters that are common in names of firms, each before its simplified form. */
const TRADITIONAL =
  '華华東东電电氣气機机業业廠厂國国際际貿贸實实發发達达龍龙鳳凤馬马車车輪轮鋼钢鐵铁銅铜鋁铝錫锡銀银鑽钻錶表儀仪器器設设備备環环緑绿綠绿藍蓝紅红黃黄黑黑雲云風风號号飛飞鴻鸿鵬鹏億亿萬万興兴榮荣豐丰盛盛寶宝貝贝財财資资產产創创軟软體体網网絡络線线纜缆維维織织紡纺製制藥药醫医療疗衛卫農农漁渔畜畜種种樹树葉叶園园場场廣广灣湾港港島岛縣县區区鎮镇鄉乡長长門门開开關关聯联盟盟協协會会團团學学術术書书畫画藝艺術术視视聽听聲声頻频訊讯數数碼码計计測测試试檢检驗验質质標标準准誠诚信信義义禮礼愛爱聖圣賢贤傑杰強强偉伟麗丽極极優优勝胜鑄铸鍛锻鎢钨鎳镍鋰锂燈灯熱热冷冷凍冻壓压縮缩閥阀軸轴齒齿輪轮傳传動动運运輸输轉转彈弹簧簧膠胶塑塑樹树脂脂顏颜料料塗涂漆漆紙纸張张印印刷刷包包裝装貨货價价買买賣卖'

/** Characters that are taken for each other, by shape or because the keyboard puts them side by side: the first stands for all. */
const SIMILAR: readonly string[] = [
  '0o〇零',
  '1il一壹',
  '2二贰',
  '3三叁',
  '5s五伍',
  '未末',
  '己已巳',
  '土士',
  '天夭',
  '千干',
  '人入',
  '日曰',
  '大太',
  '由甲申',
  '田电',
  '晨辰',
  '盛晟',
  '鑫金',
  '弘宏泓',
  '亚亜',
  '恒桓恆',
  '凯铠',
  '锐瑞',
  '丰沣',
  '维唯惟',
  '科料',
  '泰秦',
  '博搏',
  '佳住',
]

const folding = new Map<string, string>()
const traditional = [...TRADITIONAL]
for (let at = 0; at < traditional.length; at += 2) {
  folding.set(traditional[at] ?? '', traditional[at + 1] ?? '')
}
const similar = new Map(
  SIMILAR.flatMap((group) => [...group].map((it) => [it, [...group][0] ?? it] as const)),
)

/** How names are compared in order and by their beginning: NFKC, lower case, simplified, without punctuation. */
export function nameKey(name: string): string {
  return [...name.normalize('NFKC').toLowerCase()]
    .map((it) => folding.get(it) ?? it)
    .join('')
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '')
    .slice(0, 200)
}

/**
 * The part of a firm's name that is its own: without places, legal form and punctuation, characters that look alike as one.
 * 深圳市华盛精密机械有限公司 and 宝安華晟精密機械（集团） are the same.
 */
export function nameCore(name: string): string {
  const plain = [...name.normalize('NFKC').toLowerCase()]
    .map((it) => folding.get(it) ?? it)
    .join('')
  const bare = plain.replaceAll(FORMS, ' ').replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
  const words = bare.split(' ').map(withoutPlaces).join('')
  const core = words.length >= CORE_CHARS_MIN ? words : nameKey(name)
  return [...core].map((it) => similar.get(it) ?? it).join('')
}

/** Pairs of neighbouring characters of the core, its ends marked, so that short names have some too. */
export function nameGrams(name: string): readonly string[] {
  const marked = ['^', ...nameCore(name), '$']
  const grams = new Set<string>()
  for (let at = 0; at + 1 < marked.length && grams.size < GRAMS_MAX; at++) {
    grams.add(`${marked[at]}${marked[at + 1]}`)
  }
  return [...grams]
}

/** Jaccard: what they share of what they have together, 0 … 1. */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const it of a) if (b.has(it)) shared++
  const together = a.size + b.size - shared
  return together === 0 ? 0 : shared / together
}

function withoutPlaces(word: string): string {
  let rest = word
  for (let parts = 0; parts < PARTS_MAX; parts++) {
    const place = placeAtStart(rest)
    if (place === undefined || rest.length - place.length === 0) break
    rest = rest.slice(place.length)
  }
  return placeNames().has(rest) ? '' : rest
}

function placeAtStart(text: string): string | undefined {
  for (let length = Math.min(text.length, longestPlace); length >= 2; length--) {
    const start = text.slice(0, length)
    if (placeNames().has(start)) return start
  }
  return undefined
}

let places: ReadonlySet<string> | undefined
let longestPlace = 12

/**
 * Provinces and cities with and without what they are (省, 市), counties only as they are written in full: many short ones
 * are ordinary words.
 */
function placeNames(): ReadonlySet<string> {
  if (places !== undefined) return places
  const names = new Set<string>(['中国'])
  for (const { name, level } of regions().search('', Number.MAX_SAFE_INTEGER)) {
    names.add(name)
    if (level === 'county') continue
    const short = name.replace(/(特别行政区|(壮族|回族|维吾尔)?自治区|省|市|地区)$/u, '')
    if (short.length >= 2) names.add(short)
  }
  places = names
  longestPlace = Math.max(...[...names].map((it) => it.length))
  return places
}
