/** The documents that the server publishes at `/openapi/NAME.json`, in the order they are offered. */
export interface PublishedDocument {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly about: string;
}

export const documents: readonly PublishedDocument[] = [
  {
    name: 'b2b-v1',
    title: 'Business, version 1',
    base: '/api/v1',
    about:
      'Running a business: locations, team, services, clients, appointments, schedules, stock, payments, loyalty, payroll and reports. Most integrations need only this one.',
  },
  {
    name: 'public',
    title: 'Online booking',
    base: '/api/v1',
    about:
      'What a booking page or an app for customers calls: booking forms, free times, making and changing a booking, reviews.',
  },
  {
    name: 'developers',
    title: 'Developers',
    base: '/api/v1',
    about: 'For those who connect other systems: webhooks, marketplace calls, telephony and the dictionaries.',
  },
  {
    name: 'b2b-v2',
    title: 'Business, version 2',
    base: '/api/v2',
    about:
      'The newer face of the same data, shaped as JSON:API resources. Send “Accept: application/vnd.api.v2+json”.',
  },
  {
    name: 'frontdesk',
    title: 'Frontdesk additions',
    base: '/api/frontdesk/v1',
    about: 'What this server offers beyond the compatible interfaces.',
  },
];
