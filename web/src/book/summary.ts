// What is chosen so far, each with a way to change it.
import type { Flow } from './flow';
import { h } from './dom';
import { length, moment, price } from './format';
import { type Step, steps } from './state';
import { t } from './texts';

interface Line {
  step: Step;
  name: string;
  text: string;
}

/** Of a choice: where, what, with whom, when. */
export function lines({ choice, form }: Pick<Flow, 'choice' | 'form'>): Line[] {
  const { company, services, member, slot, event } = choice;
  const currency = company.currency_short_title;
  const all: (Line | null | false)[] = [
    choice.isCompanyChosen && { step: 'company', name: t('where'), text: company.public_title || company.title },
  ];
  if (event) {
    const cost = event.service && price(event.service.price_min, event.service.price_max, currency);
    all.push(
      { step: 'service', name: t('what'), text: [event.service?.title, cost].filter(Boolean).join(', ') },
      event.staff && { step: 'service', name: t('who'), text: event.staff.name },
      { step: 'service', name: t('when'), text: `${moment(event.date.replace(' ', 'T'))} (${length(event.length)})` },
    );
  } else {
    const sum = (of: 'price_min' | 'price_max') => services.reduce((total, service) => total + service[of], 0);
    const cost = price(sum('price_min'), Math.max(sum('price_min'), sum('price_max')), currency);
    const named = services.map(({ title }) => title).join(', ');
    const who = member?.name ?? (form.is_any_master_allowed ? t('anybody') : '');
    all.push(
      services.length > 0 && { step: 'service', name: t('what'), text: [named, cost].filter(Boolean).join(' · ') },
      choice.isMemberChosen && who !== '' && { step: 'master', name: t('who'), text: who },
      slot && { step: 'datetime', name: t('when'), text: moment(slot.datetime) + (services.length > 0 ? ` (${length(slot.sum_length)})` : '') },
    );
  }
  return all.filter((line): line is Line => Boolean(line));
}

/** The same as a list, with buttons that lead back. */
export function summary(flow: Flow, change: (step: Step) => void): HTMLElement {
  const shown = steps(flow.form, flow.choice);
  const items = lines(flow).flatMap(({ step, name, text }) => {
    const label = `${t('change')}: ${name}`;
    const button = shown.includes(step) && h('button', { type: 'button', class: 'link', 'aria-label': label, on: { click: () => change(step) } }, t('change'));
    return [h('div', {}, h('dt', {}, name), h('dd', {}, text, ' ', button))];
  });
  return h('section', { class: 'summary', 'aria-label': t('yourBooking') }, h('dl', {}, ...items));
}
