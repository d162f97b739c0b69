from typing import Literal

InvitationCreateCredentialKind = Literal["card", "pin"]

INVITATION_CREATE_CREDENTIAL_KIND_VALUES: set[InvitationCreateCredentialKind] = {
    "card",
    "pin",
}


def check_invitation_create_credential_kind(value: str) -> InvitationCreateCredentialKind:
    if value in INVITATION_CREATE_CREDENTIAL_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVITATION_CREATE_CREDENTIAL_KIND_VALUES!r}")
