// Leading through the steps of a booking.
import { type Company, type FormConfig, Refusal, api } from './api';
import { contact } from './contact';
import { alertBox, announce, byId, h } from './dom';
import { paint } from './look';
import { type Choice, type Step, forgetAfter, nothing, steps } from './state';
import { company, datetime, master, orClasses, service } from './steps';
import { summary } from './summary';
import { t } from './texts';

/** What a step works with. */
export interface Flow {
  form: FormConfig;
  choice: Choice;
  /** Whether the step was come to by going on, not back. */
  isForward: boolean;
  /** This step is done: on to the next, and what hung on the choice before is forgotten if it is another now. */
  done: (step: Step, isOther: boolean) => void;
  /** To a step, with a word about why. */
  show: (step: Step, notice?: string) => void;
  /** Another location of the chain. */
  useCompany: (company: Company) => Promise<void>;
  /** The page after the last step; there is no way back from it. */
  finish: (title: string, content: HTMLElement) => void;
  restart: () => void;
}

/** What a step shows; null when there is nothing to choose and it has chosen by itself. */
export type View = HTMLElement | null;

const views: Record<Step, (flow: Flow) => Promise<View>> = { company, service, master, datetime, contact };

const titles = { company: 'chooseCompany', service: 'chooseService', master: 'chooseMember', datetime: 'chooseTime', contact: 'yourDetails' } as const;

function title(flow: Flow, step: Step): string {
  const own = flow.form.steps.find((one) => one.step === step)?.title;
  if (own && !flow.choice.event) return own;
  return step === 'service' && (flow.form.record_type_id === 2 || flow.choice.event) ? t('chooseClass') : t(titles[step]);
}

/** Begins a booking by that form. */
export async function begin(form: FormConfig, place: Company): Promise<void> {
  let turn = 0;
  let isFinished = false;
  let isFirst = true;

  const flow: Flow = {
    form,
    choice: nothing(place),
    isForward: true,
    done: (step, isOther) => {
      if (isOther) {
        void letGo(flow.choice);
        forgetAfter(step, flow.form, flow.choice);
      }
      const order = steps(flow.form, flow.choice);
      go(order[order.indexOf(step) + 1] ?? 'contact', true);
    },
    show: (step, notice) => go(step, true, notice),
    useCompany: async (chosen) => {
      flow.form = await api.form(form.id, chosen.id);
      flow.choice = { ...nothing(chosen), isCompanyChosen: true, typed: flow.choice.typed };
      paint(flow.form.style.main_color);
      await defaults(flow);
    },
    finish: (heading, content) => {
      isFinished = true;
      turn += 1;
      history.replaceState({ step: 'done' }, '', location.pathname);
      lay(heading, null, content);
    },
    restart: () => {
      history.replaceState(null, '', location.pathname);
      location.reload();
    },
  };

  const go = (step: Step, isForward: boolean, notice?: string) => {
    if (isForward && !isFirst) history.pushState({ step }, '', `#${step}`);
    else if (isFirst) history.replaceState({ step }, '', location.pathname);
    void render(step, isForward, notice);
  };

  const render = async (step: Step, isForward: boolean, notice?: string): Promise<void> => {
    const own = ++turn;
    flow.isForward = isForward;
    wait();
    const order = steps(flow.form, flow.choice);
    // Whoever comes by a link or back after a reload has chosen nothing yet.
    const missing = order.slice(0, Math.max(order.indexOf(step), 0)).find((before) => !isChosen(before, flow));
    const shown = missing ?? (order.includes(step) ? step : (order[0] ?? 'contact'));
    try {
      const first = order.find((one) => one !== 'company');
      const isBeside = shown === first && shown !== 'contact';
      const view = isBeside
        ? await orClasses(flow, views[shown], () => go(steps(flow.form, flow.choice).find((one) => one !== 'company') ?? 'contact', true))
        : await views[shown](flow);
      if (own !== turn) return;
      if (view === null) {
        // Nothing to choose: on, or further back.
        if (isForward) flow.done(shown, false);
        else history.back();
        return;
      }
      const place = order.indexOf(shown) + 1;
      lay(title(flow, shown), t('step', { n: place, of: order.length }), view, notice, place > 1);
    } catch (error) {
      if (own !== turn) return;
      if (!(error instanceof Refusal)) console.warn(error);
      const why = error instanceof Refusal ? t('failed', { why: error.message }) : t('offline');
      const again = h('button', { type: 'button', class: 'plain', on: { click: () => void render(step, isForward, notice) } }, t('retry'));
      byId('main').removeAttribute('aria-busy');
      byId('main').replaceChildren(alertBox(why, again));
    }
  };

  const wait = () => {
    const main = byId('main');
    main.setAttribute('aria-busy', 'true');
    if (isFirst) main.replaceChildren(h('p', { class: 'hint' }, t('loading')));
    announce('');
  };

  const lay = (heading: string, progress: string | null, content: HTMLElement, notice?: string, canGoBack = false) => {
    const main = byId('main');
    const h1 = h('h1', { tabindex: -1 }, heading);
    const back = canGoBack && h('button', { type: 'button', class: 'back', on: { click: () => history.back() } }, `‹ ${t('back')}`);
    main.removeAttribute('aria-busy');
    main.replaceChildren(
      h('div', { class: 'over' }, back, progress && h('p', { class: 'progress' }, progress)),
      h1,
      ...(notice ? [alertBox(notice)] : []),
      ...(progress && canGoBack ? [summary(flow, (step) => go(step, true))] : []),
      content,
    );
    document.title = `${heading} – ${flow.choice.company.public_title || flow.choice.company.title}`;
    if (!isFirst) {
      window.scrollTo({ top: 0 });
      h1.focus({ preventScroll: true });
    }
    isFirst = false;
  };

  window.onpopstate = (event: PopStateEvent) => {
    const step = (event.state as { step?: Step } | null)?.step;
    if (isFinished) location.reload();
    else if (step) go(step, false);
  };

  if (!form.steps.some(({ step }) => step === 'company')) await defaults(flow);
  go(steps(form, flow.choice)[0] ?? 'contact', true);
}

/** Ends the hold of a time that is not wanted any more. Nothing is lost if that fails: it ends by itself. */
export function letGo(choice: Choice): Promise<unknown> {
  const hold = choice.hold;
  choice.hold = null;
  return hold ? api.release(choice.company.id, hold).catch(() => null) : Promise.resolve();
}

/** What the form begins with. */
async function defaults(flow: Flow): Promise<void> {
  const of = (name: Step) => flow.form.steps.find(({ step }) => step === name);
  const [service, master] = [of('service'), of('master')];
  if (service && (service.default ?? -1) > 0) {
    const { services } = await api.services(flow.choice.company.id, {});
    flow.choice.services = services.filter(({ id }) => id === service.default);
    // It is not offered just now: then it must be chosen after all.
    if (flow.choice.services.length === 0) service.hidden = false;
  }
  if (master && (master.default ?? -1) > 0) {
    const team = await api.team(flow.choice.company.id, { service_ids: [] });
    flow.choice.member = team.find(({ id }) => id === master.default) ?? null;
    if (!flow.choice.member) master.hidden = false;
  }
  if (master?.hidden) {
    flow.choice.isMemberChosen = true;
    if (!flow.choice.member && !flow.form.is_any_master_allowed) master.hidden = false;
  }
}

function isChosen(step: Step, { choice }: Flow): boolean {
  switch (step) {
    case 'company':
      return choice.isCompanyChosen;
    case 'service':
      return choice.services.length > 0 || choice.event !== null;
    case 'master':
      return choice.isMemberChosen;
    case 'datetime':
      return choice.slot !== null;
    case 'contact':
      return false;
  }
}
