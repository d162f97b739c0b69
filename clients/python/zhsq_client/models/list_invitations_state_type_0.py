from typing import Literal

ListInvitationsStateType0 = Literal["expired", "open", "used"]

LIST_INVITATIONS_STATE_TYPE_0_VALUES: set[ListInvitationsStateType0] = {
    "expired",
    "open",
    "used",
}


def check_list_invitations_state_type_0(value: str) -> ListInvitationsStateType0:
    if value in LIST_INVITATIONS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_INVITATIONS_STATE_TYPE_0_VALUES!r}")
