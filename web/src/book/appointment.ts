// An appointment by its secret link: seen, moved, cancelled, taken into the client's calendar.
import { type Booked, type Company, type Config, Refusal, api } from './api';
import { alertBox, announce, byId, h } from './dom';
import { length, moment, price } from './format';
import { picker } from './picker';
import { t } from './texts';

const DAYS = 90;

export async function appointment(config: Config, company: Company): Promise<void> {
  const own = config.appointment;
  if (!own) return;
  let isFirst = true;

  const lay = (heading: string, ...content: (Node | null | false)[]) => {
    const h1 = h('h1', { tabindex: -1 }, heading);
    byId('main').replaceChildren(h1, ...content.filter((one): one is Node => Boolean(one)));
    document.title = `${heading} – ${company.public_title || company.title}`;
    if (!isFirst) h1.focus();
    isFirst = false;
  };

  const show = async (notice?: HTMLElement) => {
    const booked = await api.booked(config.location, own.id, own.hash);
    lay(heading(booked), notice ?? null, facts(booked, company), actions(booked));
  };

  const heading = (booked: Booked) => {
    if (booked.deleted) return t('cancelled');
    return Date.parse(booked.datetime) < Date.now() ? t('past') : t('appointment');
  };

  const actions = (booked: Booked): HTMLElement => {
    const again = config.form !== null && h('a', { class: 'plain', href: `/book/${config.form}` }, t('bookNew'));
    const left = (Date.parse(booked.datetime) - Date.now()) / 1000;
    if (booked.deleted || left < 0) return h('div', { class: 'actions' }, again);
    const place = booked.company;
    const mayMove = place.allow_change_record && left >= place.allow_change_record_delay_step && booked.activity_id === 0 && booked.staff !== null;
    const mayCancel = place.allow_delete_record && left >= place.allow_delete_record_delay_step;
    const phone = company.phones?.[0] || place.phone || t('location');
    const isLate = place.allow_change_record || place.allow_delete_record;
    return h('div', {},
      h('div', { class: 'actions' },
        mayMove && h('button', { type: 'button', class: 'main', on: { click: () => void move(booked) } }, t('move')),
        h('a', { class: 'plain', href: `${own.page}/event.ics` }, t('calendar')),
        mayCancel && h('button', { type: 'button', class: 'plain danger', on: { click: () => sure() } }, t('cancel')),
        again),
      !mayMove && !mayCancel && h('p', { class: 'hint' }, t(isLate ? 'tooLate' : 'noChanges', { phone })));
  };

  const move = async (booked: Booked, notice?: HTMLElement) => {
    const place = company.public_title || company.title;
    const choice = await picker({
      location: config.location,
      place,
      zone: company.timezone_name,
      horizon: config.form === null ? DAYS : (await api.form(config.form)).booking_horizon,
      services: booked.services.map(({ id }) => id),
      member: booked.staff?.id ?? 0,
      day: booked.datetime.slice(0, 10),
      pick: (slot) => void take(booked, slot.datetime),
    }).catch((error: unknown) => failed(error));
    const back = h('button', { type: 'button', class: 'back', on: { click: () => void show() } }, `‹ ${t('back')}`);
    lay(t('moveTitle'), back, notice ?? null, choice);
  };

  const take = async (booked: Booked, datetime: string) => {
    try {
      await api.move(config.location, own.id, own.hash, datetime);
      await show(said(t('moved', { when: moment(datetime) })));
    } catch (error) {
      if (error instanceof Refusal && error.has(433, 436)) await move(booked, alertBox(t('taken')));
      else await show(failed(error));
    }
  };

  const sure = () => {
    const keep = h('button', { type: 'button', class: 'plain', on: { click: () => void show() } }, t('cancelNo'));
    const yes = h('button', { type: 'button', class: 'main danger', on: { click: () => void cancel(yes) } }, t('cancelYes'));
    lay(t('cancelAsk'), h('div', { class: 'actions' }, yes, keep));
  };

  const cancel = async (button: HTMLButtonElement) => {
    button.disabled = true;
    try {
      await api.cancel(own.id, own.hash);
      await show(said(t('cancelDone')));
    } catch (error) {
      await show(failed(error));
    }
  };

  await show();
}

function said(text: string): HTMLElement {
  announce(text);
  return h('p', { class: 'good' }, text);
}

function failed(error: unknown): HTMLElement {
  if (!(error instanceof Refusal)) {
    console.warn(error);
    return alertBox(t('offline'));
  }
  return alertBox(t('failed', { why: error.complaints[0]?.message ?? error.message }));
}

function facts(booked: Booked, company: Company): HTMLElement {
  const cost = booked.services.reduce((sum, service) => sum + service.cost, 0);
  const line = (name: string, text: string | undefined | null | false) => text && h('div', {}, h('dt', {}, name), h('dd', {}, text));
  return h('dl', { class: booked.deleted ? 'facts-list gone' : 'facts-list' },
    line(t('when'), `${moment(booked.datetime)} (${length(booked.length)})`),
    line(t('what'), booked.services.map(({ title }) => title).join(', ')),
    line(t('who'), booked.staff?.name),
    line(t('price'), price(cost, cost, booked.company.currency_short_title)),
    booked.activity_id !== 0 && line(t('seats').replace('?', ''), String(booked.clients_count)),
    line(t('where'), [company.public_title || company.title, booked.company.address].filter(Boolean).join(', ')));
}
