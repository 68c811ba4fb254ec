"""A site with django-appointment alone, for `cargo xtask bench`.

`python yardstick.py FILE` makes its database from a list of [beginning, end]; gunicorn serves `yardstick:application`.
"""

import datetime
import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings

HERE = Path(os.environ["YARDSTICK"])

settings.configure(
    SECRET_KEY="only for a measurement on this machine",
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="yardstick",
    USE_TZ=True,
    TIME_ZONE="UTC",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "phonenumber_field",
        "appointment",
    ],
    # The second says how long an answer is, without which no connection is kept.
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "yardstick.db", "CONN_MAX_AGE": None}},
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("appointment/", include("appointment.urls"))]
application = get_wsgi_application()


def seed(booked):
    """One member of staff, who works nine hours on all days but Sunday, and what is booked."""
    from appointment.models import Appointment, AppointmentRequest, Service, StaffMember, WorkingHours
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    people = get_user_model().objects
    member = StaffMember.objects.create(
        user=people.create(username="staff", first_name="Staff"),
        slot_duration=15,
        lead_time=datetime.time(9),
        finish_time=datetime.time(18),
        appointment_buffer_time=0,
        work_on_saturday=True,
    )
    service = Service.objects.create(name="Consultation", duration=datetime.timedelta(minutes=30), price=30)
    member.services_offered.add(service)
    for day in range(1, 7):
        WorkingHours.objects.create(
            staff_member=member, day_of_week=day, start_time=datetime.time(9), end_time=datetime.time(18)
        )
    client = people.create(username="client")
    requests = [
        AppointmentRequest(
            date=start.date(), start_time=start.time(), end_time=end.time(), service=service, staff_member=member
        )
        for start, end in ((datetime.datetime.fromisoformat(a), datetime.datetime.fromisoformat(b)) for a, b in booked)
    ]
    # Neither's own `save` is wanted: it sends mails.
    requests = AppointmentRequest.objects.bulk_create(requests, batch_size=500)
    Appointment.objects.bulk_create(
        [
            Appointment(client=client, appointment_request=request, id_request=str(n), phone="+12125550100")
            for n, request in enumerate(requests)
        ],
        batch_size=500,
    )


if __name__ == "__main__":
    seed(json.loads(Path(sys.argv[1]).read_text()))
