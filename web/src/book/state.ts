// What the client has chosen so far, and which steps there are.
import type { ClassEvent, Company, FormConfig, Member, Service, Slot, StepName } from './api';

export interface Choice {
  company: Company;
  /** Whether the location was chosen, in a chain's form. */
  isCompanyChosen: boolean;
  services: Service[];
  /** None for nobody in particular. */
  member: Member | null;
  isMemberChosen: boolean;
  slot: Slot | null;
  /** The day looked at last, for coming back to it. */
  day: string | null;
  /** A group event in place of services, a team member and a time. */
  event: ClassEvent | null;
  seats: number;
  hold: string | null;
  /** What was typed, by the fields' names: it stays whatever else changes. */
  typed: Map<string, string>;
  agreed: boolean;
}

export function nothing(company: Company): Choice {
  return {
    company,
    isCompanyChosen: false,
    services: [],
    member: null,
    isMemberChosen: false,
    slot: null,
    day: null,
    event: null,
    seats: 1,
    hold: null,
    typed: new Map(),
    agreed: false,
  };
}

export type Step = Exclude<StepName, 'confirm'>;

/** The steps that are shown, in order. */
export function steps(form: FormConfig, choice: Choice): Step[] {
  const shown = [...form.steps]
    .sort((a, b) => a.num - b.num)
    .filter(({ step, hidden }) => !hidden && step !== 'confirm' && step !== 'contact')
    .map(({ step }) => step as Step);
  if (choice.event || form.record_type_id === 2) {
    return [...shown.filter((step) => step === 'company'), 'service', 'contact'];
  }
  return [...shown, 'contact'];
}

/** Forgets what is chosen in steps that come after that one and hang on it. */
export function forgetAfter(step: Step, form: FormConfig, choice: Choice): void {
  const order = steps(form, choice);
  const later = order.slice(order.indexOf(step) + 1);
  if (later.includes('service')) choice.services = [];
  if (later.includes('master')) {
    choice.member = null;
    choice.isMemberChosen = false;
  }
  if (later.includes('datetime')) choice.slot = null;
}
