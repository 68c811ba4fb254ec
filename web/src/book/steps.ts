// The steps before the client's details: where, what, with whom, when.
import { type ClassEvent, type Member, type Service, api } from './api';
import { announce, h } from './dom';
import { type Flow, type View, letGo } from './flow';
import { clock, length, longDay, moment, plusDays, price, shortDay, today } from './format';
import { picker } from './picker';
import { t } from './texts';

const DAYS_OF_CLASSES = 28;
const CLASSES = 100;

/** A list whose entries are chosen by pressing them. */
function cards(entries: HTMLElement[]): HTMLElement {
  return h('ul', { class: 'cards' }, ...entries.map((entry) => h('li', {}, entry)));
}

export async function company(flow: Flow): Promise<View> {
  const all = await api.companies(flow.form.group_id);
  return cards(all.map((one) => {
    const use = async () => {
      await flow.useCompany(await api.company(one.id));
      flow.done('company', false);
    };
    return h('button', { type: 'button', class: 'card', on: { click: () => void use() } },
      h('strong', {}, one.public_title || one.title), h('span', { class: 'hint' }, one.address));
  }));
}

export async function service(flow: Flow): Promise<View> {
  const { choice } = flow;
  const { services: all, category } = await api.services(choice.company.id, {
    ...(choice.member ? { staff_id: choice.member.id } : {}),
    ...(choice.slot ? { datetime: choice.slot.datetime } : {}),
  });
  return services(flow, all, category);
}

/** A step beside which group events are offered: the first, and wherever one is chosen already. Two lists, one shown. */
export async function orClasses(flow: Flow, own: (flow: Flow) => Promise<View>, leave: () => void): Promise<View> {
  const { choice, form } = flow;
  const zone = choice.company.timezone_name;
  const days = { from: today(zone), till: plusDays(today(zone), DAYS_OF_CLASSES), page: 1, count: CLASSES };
  const classes = form.record_type_id === 1 ? [] : (await api.classes(choice.company.id, days)).filter(hasPlace);
  const group = () => classList(flow, classes);
  if (form.record_type_id === 2) return group();
  if (classes.length === 0) return own(flow);
  const body = h('div', {});
  let heading: string | null = null;
  const names = { one: t('forOne'), group: t('inGroup') };
  const choose = async (which: 'one' | 'group') => {
    if (which === 'one' && choice.event) {
      choice.event = null;
      leave();
      return;
    }
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.dataset['kind'] === which)));
    body.replaceChildren((which === 'one' ? await own(flow) : group()) ?? group());
    const title = body.isConnected && document.querySelector('main h1');
    if (!title) return;
    heading ??= title.textContent;
    title.textContent = which === 'group' ? t('chooseClass') : heading;
  };
  const button = (which: 'one' | 'group') =>
    h('button', { type: 'button', class: 'switch', 'data-kind': which, on: { click: () => void choose(which) } }, names[which]);
  const buttons = [button('one'), button('group')];
  await choose(choice.event ? 'group' : 'one');
  return h('div', {}, h('div', { class: 'switches', role: 'group', 'aria-label': t('what') }, ...buttons), body);
}

function services(flow: Flow, all: Service[], categories: { id: number; title: string }[]): HTMLElement {
  if (all.length === 0) return h('p', { class: 'empty' }, t('noServices'));
  const before = flow.choice.services.map(({ id }) => id);
  const error = h('p', { class: 'error', id: 'services-error', role: 'alert' });
  const currency = flow.choice.company.currency_short_title;
  const row = (one: Service) => {
    const facts = [one.seance_length ? length(one.seance_length) : '', price(one.price_min, one.price_max, currency)];
    return h('li', {}, h('label', { class: 'card' },
      h('input', { type: 'checkbox', name: 'service', value: one.id, checked: before.includes(one.id) }),
      h('span', { class: 'grow' }, h('strong', {}, one.title), one.comment && h('span', { class: 'hint' }, one.comment)),
      h('span', { class: 'facts' }, ...facts.filter(Boolean).map((fact) => h('span', {}, fact)))));
  };
  const part = (title: string, of: Service[]) =>
    h('fieldset', {}, h('legend', {}, title), h('ul', { class: 'cards' }, ...of.map(row)));
  const parts = categories
    .map(({ id, title }) => ({ title, of: all.filter((one) => one.category_id === id) }))
    .filter(({ of }) => of.length > 0);
  const rest = all.filter((one) => !categories.some(({ id }) => id === one.category_id));
  if (rest.length > 0) parts.push({ title: t('what'), of: rest });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const picked = new FormData(event.target as HTMLFormElement).getAll('service').map(Number);
    const chosen = all.filter(({ id }) => picked.includes(id));
    if (chosen.length === 0) {
      error.textContent = t('pickService');
      document.querySelector<HTMLElement>('input[name=service]')?.focus();
      return;
    }
    const isOther = flow.choice.event !== null || before.length !== chosen.length || chosen.some(({ id }) => !before.includes(id));
    flow.choice.services = chosen;
    flow.choice.event = null;
    flow.done('service', isOther);
  };
  return h('form', { novalidate: true, on: { submit } }, ...parts.map(({ title, of }) => part(title, of)), error,
    h('div', { class: 'bottom' }, h('button', { type: 'submit', class: 'main' }, t('next'))));
}

function hasPlace({ capacity, records_count, timestamp }: ClassEvent): boolean {
  return capacity > records_count && timestamp * 1000 > Date.now();
}

function classList(flow: Flow, classes: ClassEvent[]): HTMLElement {
  if (classes.length === 0) return h('p', { class: 'empty' }, t('noClasses'));
  const currency = flow.choice.company.currency_short_title;
  const row = (one: ClassEvent) => {
    const left = one.capacity - one.records_count;
    const cost = one.service && price(one.service.price_min, one.service.price_max, currency);
    const facts = [length(one.length), cost].filter(Boolean).map((fact) => h('span', {}, fact));
    const choose = () => {
      void letGo(flow.choice);
      Object.assign(flow.choice, { event: one, services: [], slot: null, seats: Math.min(flow.choice.seats, left) });
      flow.show('contact');
    };
    return h('button', { type: 'button', class: 'card', 'data-event': one.id, on: { click: choose } },
      h('span', { class: 'when' }, clock(one.date.slice(11, 16))),
      h('span', { class: 'grow' }, h('strong', {}, one.service?.title ?? ''), h('span', { class: 'hint' }, [one.staff && t('with', { name: one.staff.name }), t('placesLeft', { n: left })].filter(Boolean).join(' · '))),
      h('span', { class: 'facts' }, ...facts));
  };
  const days = [...new Set(classes.map(({ date }) => date.slice(0, 10)))];
  const part = (day: string) => [h('h2', {}, longDay(day)), cards(classes.filter(({ date }) => date.startsWith(day)).map(row))];
  // A week's worth at first; the rest when asked for.
  const first = days.slice(0, 7);
  const list = h('div', { class: 'classes' }, ...first.flatMap(part));
  const rest = days.slice(7);
  if (rest.length > 0) {
    const more = h('button', { type: 'button', class: 'plain', on: { click: () => {
      const later = rest.flatMap(part);
      more.replaceWith(...later);
      later[1]?.querySelector('button')?.focus();
    } } }, t('moreClasses'));
    list.append(more);
  }
  return list;
}

export async function master(flow: Flow): Promise<View> {
  const { choice, form } = flow;
  const team = await api.team(choice.company.id, {
    service_ids: choice.services.map(({ id }) => id),
    ...(choice.slot ? { datetime: choice.slot.datetime } : {}),
  });
  const able = team.filter(({ bookable }) => bookable);
  const choose = (member: Member | null) => {
    const isOther = choice.isMemberChosen && choice.member?.id !== member?.id;
    choice.member = member;
    choice.isMemberChosen = true;
    choice.event = null;
    flow.done('master', isOther);
  };
  const only = able.length === 1 && team.length === 1 ? able[0] : undefined;
  if (only) {
    choice.member = only;
    choice.isMemberChosen = true;
    return null;
  }
  if (able.length === 0) return h('p', { class: 'empty' }, t('noTeam'));
  const work = ({ specialization, position }: Member) =>
    form.specialization_display_mode === 1 && !Array.isArray(position) ? (position as { title: string }).title : specialization;
  const isChosen = (member: Member | null) => choice.isMemberChosen && (choice.member?.id ?? 0) === (member?.id ?? 0);
  const card = (member: Member) =>
    h('button', { type: 'button', class: 'card', 'data-member': member.id, disabled: !member.bookable, 'aria-current': isChosen(member) && 'true', on: { click: () => choose(member) } },
      h('img', { src: member.avatar, alt: '', width: 48, height: 48, loading: 'lazy' }),
      h('span', { class: 'grow' }, h('strong', {}, member.name), h('span', { class: 'hint' }, work(member)),
        h('span', { class: 'hint' }, member.seance_date ? t('nearest', { day: shortDay(member.seance_date) }) : t('notFree')),
        member.show_rating === 1 && member.votes_count > 0 && h('span', { class: 'hint' }, t('rating', { rating: member.rating }))));
  const anybody = form.is_any_master_allowed
    ? [h('button', { type: 'button', class: 'card', 'data-member': 0, 'aria-current': isChosen(null) && 'true', on: { click: () => choose(null) } },
        h('span', { class: 'any', 'aria-hidden': 'true' }, '✓'),
        h('span', { class: 'grow' }, h('strong', {}, t('anybody')), h('span', { class: 'hint' }, t('anybodyHint'))))]
    : [];
  return cards([...anybody, ...team.map(card)]);
}

export async function datetime(flow: Flow): Promise<View> {
  const { choice, form } = flow;
  const place = choice.company;
  // The time held before is free again for the client too.
  await letGo(choice);
  return picker({
    location: place.id,
    place: place.public_title || place.title,
    zone: place.timezone_name,
    horizon: form.booking_horizon,
    services: choice.services.map(({ id }) => id),
    member: choice.member?.id ?? 0,
    day: choice.day,
    pick: (slot) => {
      const isOther = choice.slot !== null && choice.slot.datetime !== slot.datetime;
      choice.slot = slot;
      choice.day = slot.datetime.slice(0, 10);
      announce(moment(slot.datetime));
      flow.done('datetime', isOther);
    },
  });
}
