# Answers to clients. Each language is a folder beside this one; what it lacks is answered in English.

partner-missing = Partner ID not specified
sign-in-needed = Authentication needed.
sign-in-needed-legacy = Authentication needed
wrong-login = The login or the password is wrong.
wrong-code = The code is wrong.
challenge-over = This sign-in has expired. Start again.
access-denied = Access denied.
not-found = Not found
path-not-found = There is no such path.
client-not-found = Client not found
method-not-allowed = This method is not allowed here.
conflict = This is in conflict with what is there.
taken = This value is taken already.
precondition-failed = It has been changed meanwhile.
too-large = The request is too large.
unsupported-media = This content type is not understood.
too-many = Too many requests, try again in { $seconds } s.
too-many-sign-ins = Too many attempts, try again in { $seconds } s.
internal = An error has occurred.
unavailable = The service is not available for the moment, try again.
timeout = The request took too long.
accept-missing = The Accept header must have application/vnd.api.v2+json.
bad-request = The request could not be read.
invalid = An error has occurred.
saved = Saved

field-required = This field is required.
field-integer = This must be a whole number.
field-number = This must be a number.
field-boolean = This must be true or false.
field-text = This must be text.
field-list = This must be a list.
field-object = This must be an object.
field-choice = This is not one of the possible values.
field-color = This is not a colour like #RRGGBB.
field-code = This may have letters, digits, _ and - only.
field-date = This is not a date of the calendar.
custom-field-kind = The type of a field stays what it was made as.
field-unknown = This field is unknown.
field-invalid = This value is not valid.
field-too-long = This is longer than { $limit } characters.
field-too-many = There are more than { $limit } of them.
field-empty = This must not be empty.
field-duplicate = The same is there twice.
field-range = This must be from { $min } to { $max }.
field-phone = This is not a phone number.
field-phone-digits = This must be 9 to 15 digits, without a plus.
field-email = This is not an e-mail address.
field-phone-or-email = This must be a phone number or an e-mail address.
field-not-found = There is nothing with this id here.
field-country = This country is unknown.
field-city = This city is unknown.
field-business-type = This business type is unknown.
field-right-unknown = There is no right of this name.
field-right-beyond = You do not have this right yourself.
field-role-beyond = This role is above your own.
field-image = This is not a JPEG or PNG image.
field-password-short = A password has at least { $limit } characters.
field-password-wrong = This is not the current password.

accepted = Accepted
deleted = Deleted
team-member-not-here = Team Member with ID { $id } was not found in branch { $location }.
license-over = It is necessary to renew the license in the branch with id: { $location }
tag-not-editable = Category cannot be changed
user-not-active = The user has not accepted the invitation yet.
user-not-deletable = This user can't be removed.
user-is-self = You can't do this to yourself.
idempotency-mismatch = This Idempotency-Key was used for another request.

mail-invitation-subject = { $inviter } invites you to { $location }
mail-invitation-body =
    { $name }, you are invited to work with { $location }.
    Accept here: { $link }
