import { type AssignmentMethod, type Plan, plans } from './words.ts'

/** The plan from which one may transfer, and set each method. Source: "Given", "Chat Assignment". */
export const planOf: Record<'transfer' | AssignmentMethod, Plan> = {
  transfer: 'amateur',
  balanced: 'free',
  random: 'amateur',
  round_robin: 'pro',
  voluntary: 'champion',
}

/** Whether it can be done, or set, on this plan. */
export function planAllows(plan: Plan, what: keyof typeof planOf): boolean {
  return plans.indexOf(plan) >= plans.indexOf(planOf[what])
}
