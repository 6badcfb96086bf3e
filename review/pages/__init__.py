"""The pages, one module each.

To add a page:

1. `pages/<name>.py` with `router = APIRouter(include_in_schema=False)` and plain `def` routes,
  each declared:

       @router.get("/reports/{document}")
       @needs(Role.READER)
       def show(request: Request, desk: DeskHere, document: Number) -> HTMLResponse:
           return render(request, "report.html", report=reports.load(desk.ledger, document))

   A route that is not declared by `@needs` or `@open_to_all` is refused to everybody.
   What changes something is a POST
   whose fields come by `form: FormHere` (`field(form, "note")`);
   the guard has checked the form's token by then. Who
   asks is `visitor: VisitorHere`. No SQL: functions of `workers/` get `desk.ledger`.
2. `templates/<name>.html`, which extends `base.html` and fills `title` and `main`. Every form has
  `{{ form_token() }}`. Every sentence is `{{ say("group.key") }}` from `words.yaml`, in both
  languages. No inline style or script: the browser would refuse them.
3. Put the router into ROUTERS below, and the page into `places.py` if the header is to lead to it.
4. A part of a page that keeps itself fresh is a route ending in `/live` that renders only that
  part; in the page it stands in `<tbody data-live="/intake/live" data-every="2">`: see
  `static/desk.js`.

The tests of `tests/desk/` walk all routes by themselves:
without a session, as each role, without a form's token.
"""

from review.pages import (
    bodies,
    browsing,
    changes,
    collection,
    correcting,
    door,
    intake,
    item,
    nights,
    numbers,
    observed,
    operations,
    originals,
    people,
    review,
    roster,
    sheets,
    teaching,
)

ROUTERS = (
    door.router,
    intake.router,
    collection.router,
    roster.router,
    people.router,
    originals.router,
    review.router,
    item.router,  # after it: /review/dismiss is no number of a finding
    correcting.router,
    bodies.router,
    browsing.router,
    numbers.router,
    sheets.router,
    teaching.router,
    changes.router,
    nights.router,
    operations.router,
    observed.router,
)
