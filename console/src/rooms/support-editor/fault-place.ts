import { useTexts } from './texts.ts'

/** What members of a measure are called in the form, by their names in a rule file. */
const LABELS = {
  id: 'id',
  place: 'place',
  document: 'paper',
  article: 'article',
  title: 'name',
  clause: 'retold',
  owner: 'owner',
  layer: 'layer',
  standing: 'standing',
  inForce: 'inForce',
  beneficiaries: 'beneficiaries',
  region: 'region',
  conditions: 'conditions',
  amount: 'amountCard',
  caps: 'caps',
  quota: 'places',
  publicFunds: 'publicRatio',
  oneTime: 'oneTime',
  readings: 'readings',
} as const

/** Where a fault is, as the form calls it: “Caps 2” for `/caps/1/yuan`. What the form has no name for is told by its path. */
export function useFaultPlace(): (path: string) => string {
  const t = useTexts()
  return (path) => {
    const [, member = '', index = ''] = path.split('/')
    if (!Object.hasOwn(LABELS, member)) return path
    const label = t(LABELS[member as keyof typeof LABELS])
    // what stands in brackets is a hint for whoever fills it in
    const [name = label] = label.split(/\s*[（(]/)
    return /^\d+$/.test(index) ? `${name} ${Number(index) + 1}` : name
  }
}
