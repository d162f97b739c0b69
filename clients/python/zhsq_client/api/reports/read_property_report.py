from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.property_report import PropertyReport
from ...models.read_property_report_format import (
    ReadPropertyReportFormat,
    check_read_property_report_format,
)
from ...models.read_property_report_table import (
    ReadPropertyReportTable,
    check_read_property_report_table,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    month: None | str | Unset = UNSET,
    from_: None | str | Unset = UNSET,
    to: None | str | Unset = UNSET,
    utc_offset: str | Unset = "+08:00",
    gap_s: float | Unset = 600.0,
    format_: ReadPropertyReportFormat | Unset = "json",
    table: ReadPropertyReportTable | Unset = "alerts",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_month: None | str | Unset
    if isinstance(month, Unset):
        json_month = UNSET
    else:
        json_month = month
    params["month"] = json_month

    json_from_: None | str | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_to: None | str | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    else:
        json_to = to
    params["to"] = json_to

    params["utc_offset"] = utc_offset

    params["gap_s"] = gap_s

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    json_table: str | Unset = UNSET
    if not isinstance(table, Unset):
        json_table = table

    params["table"] = json_table

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/estates/{estate}/reports/property".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | PropertyReport | None:
    if response.status_code == 200:
        response_200 = PropertyReport.from_dict(response.json())

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
) -> Response[Problem | PropertyReport]:
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
    month: None | str | Unset = UNSET,
    from_: None | str | Unset = UNSET,
    to: None | str | Unset = UNSET,
    utc_offset: str | Unset = "+08:00",
    gap_s: float | Unset = 600.0,
    format_: ReadPropertyReportFormat | Unset = "json",
    table: ReadPropertyReportTable | Unset = "alerts",
) -> Response[Problem | PropertyReport]:
    """How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel

     How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        month (None | str | Unset): YYYY-MM; the last 30 days when no time is named
        from_ (None | str | Unset): YYYY-MM-DD, included
        to (None | str | Unset): YYYY-MM-DD, included
        utc_offset (str | Unset): of the estate's clock Default: '+08:00'.
        gap_s (float | Unset): a longer silence of a device is down time Default: 600.0.
        format_ (ReadPropertyReportFormat | Unset):  Default: 'json'.
        table (ReadPropertyReportTable | Unset): which one, as CSV Default: 'alerts'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | PropertyReport]
    """

    kwargs = _get_kwargs(
        estate=estate,
        month=month,
        from_=from_,
        to=to,
        utc_offset=utc_offset,
        gap_s=gap_s,
        format_=format_,
        table=table,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    *,
    client: AuthenticatedClient,
    month: None | str | Unset = UNSET,
    from_: None | str | Unset = UNSET,
    to: None | str | Unset = UNSET,
    utc_offset: str | Unset = "+08:00",
    gap_s: float | Unset = 600.0,
    format_: ReadPropertyReportFormat | Unset = "json",
    table: ReadPropertyReportTable | Unset = "alerts",
) -> Problem | PropertyReport | None:
    """How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel

     How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        month (None | str | Unset): YYYY-MM; the last 30 days when no time is named
        from_ (None | str | Unset): YYYY-MM-DD, included
        to (None | str | Unset): YYYY-MM-DD, included
        utc_offset (str | Unset): of the estate's clock Default: '+08:00'.
        gap_s (float | Unset): a longer silence of a device is down time Default: 600.0.
        format_ (ReadPropertyReportFormat | Unset):  Default: 'json'.
        table (ReadPropertyReportTable | Unset): which one, as CSV Default: 'alerts'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | PropertyReport
    """

    return sync_detailed(
        estate=estate,
        client=client,
        month=month,
        from_=from_,
        to=to,
        utc_offset=utc_offset,
        gap_s=gap_s,
        format_=format_,
        table=table,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    month: None | str | Unset = UNSET,
    from_: None | str | Unset = UNSET,
    to: None | str | Unset = UNSET,
    utc_offset: str | Unset = "+08:00",
    gap_s: float | Unset = 600.0,
    format_: ReadPropertyReportFormat | Unset = "json",
    table: ReadPropertyReportTable | Unset = "alerts",
) -> Response[Problem | PropertyReport]:
    """How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel

     How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        month (None | str | Unset): YYYY-MM; the last 30 days when no time is named
        from_ (None | str | Unset): YYYY-MM-DD, included
        to (None | str | Unset): YYYY-MM-DD, included
        utc_offset (str | Unset): of the estate's clock Default: '+08:00'.
        gap_s (float | Unset): a longer silence of a device is down time Default: 600.0.
        format_ (ReadPropertyReportFormat | Unset):  Default: 'json'.
        table (ReadPropertyReportTable | Unset): which one, as CSV Default: 'alerts'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | PropertyReport]
    """

    kwargs = _get_kwargs(
        estate=estate,
        month=month,
        from_=from_,
        to=to,
        utc_offset=utc_offset,
        gap_s=gap_s,
        format_=format_,
        table=table,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    month: None | str | Unset = UNSET,
    from_: None | str | Unset = UNSET,
    to: None | str | Unset = UNSET,
    utc_offset: str | Unset = "+08:00",
    gap_s: float | Unset = 600.0,
    format_: ReadPropertyReportFormat | Unset = "json",
    table: ReadPropertyReportTable | Unset = "alerts",
) -> Problem | PropertyReport | None:
    """How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel

     How alerts were handled and how long devices were up: as data, as a page to print, or as a table for
    Excel.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        month (None | str | Unset): YYYY-MM; the last 30 days when no time is named
        from_ (None | str | Unset): YYYY-MM-DD, included
        to (None | str | Unset): YYYY-MM-DD, included
        utc_offset (str | Unset): of the estate's clock Default: '+08:00'.
        gap_s (float | Unset): a longer silence of a device is down time Default: 600.0.
        format_ (ReadPropertyReportFormat | Unset):  Default: 'json'.
        table (ReadPropertyReportTable | Unset): which one, as CSV Default: 'alerts'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | PropertyReport
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            month=month,
            from_=from_,
            to=to,
            utc_offset=utc_offset,
            gap_s=gap_s,
            format_=format_,
            table=table,
        )
    ).parsed
