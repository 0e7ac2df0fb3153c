import { useParams } from '@tanstack/react-router'
import { EnterpriseView } from './enterprise-view.tsx'

export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  return <EnterpriseView id={id} />
}
