import type { App } from '../../lib/http.ts'
import type { MoneyDeps } from './deeds.ts'
import { dutyRoutes } from './duty-routes.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { paymentRoutes } from './payment-routes.ts'
import { recoveryRoutes } from './recovery-routes.ts'
import { undoRoutes } from './undo-routes.ts'
import { voucherRoutes } from './voucher-routes.ts'

/** Everything after the decision: the budgets' ledgers, payments, vouchers, duties and what is asked back. */
export function moneyRoutes(app: App, deps: MoneyDeps): void {
  ledgerRoutes(app, deps)
  paymentRoutes(app, deps)
  dutyRoutes(app, deps)
  recoveryRoutes(app, deps)
  undoRoutes(app, deps)
  voucherRoutes(app, deps)
}
