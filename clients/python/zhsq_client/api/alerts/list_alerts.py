import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_alerts_assigned_to_type_0 import (
    ListAlertsAssignedToType0,
    check_list_alerts_assigned_to_type_0,
)
from ...models.list_alerts_severity_type_0 import (
    ListAlertsSeverityType0,
    check_list_alerts_severity_type_0,
)
from ...models.list_alerts_state_item import (
    ListAlertsStateItem,
    check_list_alerts_state_item,
)
from ...models.page_alert_summary import PageAlertSummary
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    estate: None | str | Unset = UNSET,
    state: list[ListAlertsStateItem] | Unset = UNSET,
    severity: ListAlertsSeverityType0 | None | Unset = UNSET,
    rule: None | str | Unset = UNSET,
    assigned_to: ListAlertsAssignedToType0 | None | Unset = UNSET,
    device: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_estate: None | str | Unset
    if isinstance(estate, Unset):
        json_estate = UNSET
    else:
        json_estate = estate
    params["estate"] = json_estate

    json_state: list[str] | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = []
        for state_item_data in state:
            state_item: str = state_item_data
            json_state.append(state_item)

    params["state"] = json_state

    json_severity: None | str | Unset
    if isinstance(severity, Unset):
        json_severity = UNSET
    elif isinstance(severity, str):
        json_severity = severity
    else:
        json_severity = severity
    params["severity"] = json_severity

    json_rule: None | str | Unset
    if isinstance(rule, Unset):
        json_rule = UNSET
    else:
        json_rule = rule
    params["rule"] = json_rule

    json_assigned_to: None | str | Unset
    if isinstance(assigned_to, Unset):
        json_assigned_to = UNSET
    elif isinstance(assigned_to, str):
        json_assigned_to = assigned_to
    else:
        json_assigned_to = assigned_to
    params["assigned_to"] = json_assigned_to

    json_device: None | str | Unset
    if isinstance(device, Unset):
        json_device = UNSET
    else:
        json_device = device
    params["device"] = json_device

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.datetime):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/alerts",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageAlertSummary | Problem | None:
    if response.status_code == 200:
        response_200 = PageAlertSummary.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PageAlertSummary | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    state: list[ListAlertsStateItem] | Unset = UNSET,
    severity: ListAlertsSeverityType0 | None | Unset = UNSET,
    rule: None | str | Unset = UNSET,
    assigned_to: ListAlertsAssignedToType0 | None | Unset = UNSET,
    device: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageAlertSummary | Problem]:
    """Alerts, newest first

     Alerts, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        state (list[ListAlertsStateItem] | Unset): one of these; any where not given
        severity (ListAlertsSeverityType0 | None | Unset):
        rule (None | str | Unset):
        assigned_to (ListAlertsAssignedToType0 | None | Unset):
        device (None | str | Unset):
        since (datetime.datetime | None | Unset): opened at or after
        until (datetime.datetime | None | Unset): opened before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAlertSummary | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        state=state,
        severity=severity,
        rule=rule,
        assigned_to=assigned_to,
        device=device,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    state: list[ListAlertsStateItem] | Unset = UNSET,
    severity: ListAlertsSeverityType0 | None | Unset = UNSET,
    rule: None | str | Unset = UNSET,
    assigned_to: ListAlertsAssignedToType0 | None | Unset = UNSET,
    device: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageAlertSummary | Problem | None:
    """Alerts, newest first

     Alerts, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        state (list[ListAlertsStateItem] | Unset): one of these; any where not given
        severity (ListAlertsSeverityType0 | None | Unset):
        rule (None | str | Unset):
        assigned_to (ListAlertsAssignedToType0 | None | Unset):
        device (None | str | Unset):
        since (datetime.datetime | None | Unset): opened at or after
        until (datetime.datetime | None | Unset): opened before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAlertSummary | Problem
    """

    return sync_detailed(
        client=client,
        estate=estate,
        state=state,
        severity=severity,
        rule=rule,
        assigned_to=assigned_to,
        device=device,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    state: list[ListAlertsStateItem] | Unset = UNSET,
    severity: ListAlertsSeverityType0 | None | Unset = UNSET,
    rule: None | str | Unset = UNSET,
    assigned_to: ListAlertsAssignedToType0 | None | Unset = UNSET,
    device: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageAlertSummary | Problem]:
    """Alerts, newest first

     Alerts, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        state (list[ListAlertsStateItem] | Unset): one of these; any where not given
        severity (ListAlertsSeverityType0 | None | Unset):
        rule (None | str | Unset):
        assigned_to (ListAlertsAssignedToType0 | None | Unset):
        device (None | str | Unset):
        since (datetime.datetime | None | Unset): opened at or after
        until (datetime.datetime | None | Unset): opened before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAlertSummary | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        state=state,
        severity=severity,
        rule=rule,
        assigned_to=assigned_to,
        device=device,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    state: list[ListAlertsStateItem] | Unset = UNSET,
    severity: ListAlertsSeverityType0 | None | Unset = UNSET,
    rule: None | str | Unset = UNSET,
    assigned_to: ListAlertsAssignedToType0 | None | Unset = UNSET,
    device: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageAlertSummary | Problem | None:
    """Alerts, newest first

     Alerts, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        state (list[ListAlertsStateItem] | Unset): one of these; any where not given
        severity (ListAlertsSeverityType0 | None | Unset):
        rule (None | str | Unset):
        assigned_to (ListAlertsAssignedToType0 | None | Unset):
        device (None | str | Unset):
        since (datetime.datetime | None | Unset): opened at or after
        until (datetime.datetime | None | Unset): opened before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAlertSummary | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            estate=estate,
            state=state,
            severity=severity,
            rule=rule,
            assigned_to=assigned_to,
            device=device,
            since=since,
            until=until,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
