from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.calibration_public import CalibrationPublic
from ...models.problem import Problem
from ...types import UNSET, Response


def _get_kwargs(
    estate: str,
    calibration_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/estates/{estate}/calibrations/{calibration_id}".format(
            estate=quote(str(estate), safe=""),
            calibration_id=quote(str(calibration_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CalibrationPublic | Problem | None:
    if response.status_code == 200:
        response_200 = CalibrationPublic.from_dict(response.json())

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
) -> Response[CalibrationPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    calibration_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[CalibrationPublic | Problem]:
    """Take a calibration out of force; it stays on record

     Take a calibration out of force; it stays on record. What decides then is the one before it that was
    not removed, the
    service's own, or a guess.

    Roles: operator.

    Args:
        estate (str):
        calibration_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CalibrationPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        calibration_id=calibration_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    calibration_id: str,
    *,
    client: AuthenticatedClient,
) -> CalibrationPublic | Problem | None:
    """Take a calibration out of force; it stays on record

     Take a calibration out of force; it stays on record. What decides then is the one before it that was
    not removed, the
    service's own, or a guess.

    Roles: operator.

    Args:
        estate (str):
        calibration_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CalibrationPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        calibration_id=calibration_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    estate: str,
    calibration_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[CalibrationPublic | Problem]:
    """Take a calibration out of force; it stays on record

     Take a calibration out of force; it stays on record. What decides then is the one before it that was
    not removed, the
    service's own, or a guess.

    Roles: operator.

    Args:
        estate (str):
        calibration_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CalibrationPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        calibration_id=calibration_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    calibration_id: str,
    *,
    client: AuthenticatedClient,
) -> CalibrationPublic | Problem | None:
    """Take a calibration out of force; it stays on record

     Take a calibration out of force; it stays on record. What decides then is the one before it that was
    not removed, the
    service's own, or a guess.

    Roles: operator.

    Args:
        estate (str):
        calibration_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CalibrationPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            calibration_id=calibration_id,
            client=client,
        )
    ).parsed
