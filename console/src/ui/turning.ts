const WAIT_MS_MAX = 86_400_000

type Turning = { readonly changesInMs?: number }

/** Asks again at the moment a term ends, by the node's clock, also where nobody looks: what can be done is another then. */
export const atTheTurn = {
  refetchIntervalInBackground: true,
  refetchInterval: ({ state }: { readonly state: { readonly data: Turning | undefined } }) => {
    const wait = state.data?.changesInMs
    return wait === undefined ? false : Math.min(wait, WAIT_MS_MAX)
  },
} as const
