import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_subjects_consent_type_0 import (
    ListSubjectsConsentType0,
    check_list_subjects_consent_type_0,
)
from ...models.page_subject_public import PageSubjectPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    reference: None | str | Unset = UNSET,
    consent: ListSubjectsConsentType0 | None | Unset = UNSET,
    consent_until: datetime.datetime | None | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_reference: None | str | Unset
    if isinstance(reference, Unset):
        json_reference = UNSET
    else:
        json_reference = reference
    params["reference"] = json_reference

    json_consent: None | str | Unset
    if isinstance(consent, Unset):
        json_consent = UNSET
    elif isinstance(consent, str):
        json_consent = consent
    else:
        json_consent = consent
    params["consent"] = json_consent

    json_consent_until: None | str | Unset
    if isinstance(consent_until, Unset):
        json_consent_until = UNSET
    elif isinstance(consent_until, datetime.datetime):
        json_consent_until = consent_until.isoformat()
    else:
        json_consent_until = consent_until
    params["consent_until"] = json_consent_until

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
        "url": "/v1/estates/{estate}/subjects".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageSubjectPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PageSubjectPublic.from_dict(response.json())

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
) -> Response[PageSubjectPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    reference: None | str | Unset = UNSET,
    consent: ListSubjectsConsentType0 | None | Unset = UNSET,
    consent_until: datetime.datetime | None | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageSubjectPublic | Problem]:
    """People who enrolled, newest first

     People who enrolled, newest first. No face and no template is shown, to nobody.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        consent (ListSubjectsConsentType0 | None | Unset):
        consent_until (datetime.datetime | None | Unset): no consent holds beyond it: whom to ask
            anew
        since (datetime.datetime | None | Unset): enrolled at or after
        until (datetime.datetime | None | Unset): enrolled before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageSubjectPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        reference=reference,
        consent=consent,
        consent_until=consent_until,
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
    estate: str,
    *,
    client: AuthenticatedClient,
    reference: None | str | Unset = UNSET,
    consent: ListSubjectsConsentType0 | None | Unset = UNSET,
    consent_until: datetime.datetime | None | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageSubjectPublic | Problem | None:
    """People who enrolled, newest first

     People who enrolled, newest first. No face and no template is shown, to nobody.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        consent (ListSubjectsConsentType0 | None | Unset):
        consent_until (datetime.datetime | None | Unset): no consent holds beyond it: whom to ask
            anew
        since (datetime.datetime | None | Unset): enrolled at or after
        until (datetime.datetime | None | Unset): enrolled before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageSubjectPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        reference=reference,
        consent=consent,
        consent_until=consent_until,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    reference: None | str | Unset = UNSET,
    consent: ListSubjectsConsentType0 | None | Unset = UNSET,
    consent_until: datetime.datetime | None | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageSubjectPublic | Problem]:
    """People who enrolled, newest first

     People who enrolled, newest first. No face and no template is shown, to nobody.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        consent (ListSubjectsConsentType0 | None | Unset):
        consent_until (datetime.datetime | None | Unset): no consent holds beyond it: whom to ask
            anew
        since (datetime.datetime | None | Unset): enrolled at or after
        until (datetime.datetime | None | Unset): enrolled before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageSubjectPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        reference=reference,
        consent=consent,
        consent_until=consent_until,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    reference: None | str | Unset = UNSET,
    consent: ListSubjectsConsentType0 | None | Unset = UNSET,
    consent_until: datetime.datetime | None | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageSubjectPublic | Problem | None:
    """People who enrolled, newest first

     People who enrolled, newest first. No face and no template is shown, to nobody.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        consent (ListSubjectsConsentType0 | None | Unset):
        consent_until (datetime.datetime | None | Unset): no consent holds beyond it: whom to ask
            anew
        since (datetime.datetime | None | Unset): enrolled at or after
        until (datetime.datetime | None | Unset): enrolled before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageSubjectPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            reference=reference,
            consent=consent,
            consent_until=consent_until,
            since=since,
            until=until,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
