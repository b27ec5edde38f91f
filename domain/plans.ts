import { type AssignmentMethod, type Plan, plans } from './words.ts'

/** The plan from which one may transfer, and set each method. Source: "Given", "Chat Assignment". */
const planOf: Record<'transfer' | AssignmentMethod, Plan> = {
  transfer: 'amateur',
  balanced: 'free',
  random: 'amateur',
  round_robin: 'pro',
  voluntary: 'champion',
}

/** Why it can't be done, or set, on this plan; null when it can. */
export function whyNotOn(plan: Plan, what: keyof typeof planOf) {
  return planAllows(plan, what) ? null : { plan, requiredPlan: planOf[what] }
}

/** Whether it can be done, or set, on this plan. */
export function planAllows(plan: Plan, what: keyof typeof planOf): boolean {
  return plans.indexOf(plan) >= plans.indexOf(planOf[what])
}
