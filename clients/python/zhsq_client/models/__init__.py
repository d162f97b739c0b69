"""Contains all the data models used in inputs/outputs"""

from .absence import Absence
from .absence_assign import AbsenceAssign
from .absence_event import AbsenceEvent
from .absence_key_item import AbsenceKeyItem
from .absence_severity import AbsenceSeverity
from .absence_where import AbsenceWhere
from .access_event import AccessEvent
from .access_event_data import AccessEventData
from .access_event_data_decision import AccessEventDataDecision
from .access_event_data_direction import AccessEventDataDirection
from .access_event_data_method import AccessEventDataMethod
from .alert_public import AlertPublic
from .alert_public_message import AlertPublicMessage
from .alert_public_severity import AlertPublicSeverity
from .alert_public_state import AlertPublicState
from .alert_public_verdict_type_0 import AlertPublicVerdictType0
from .alert_summary import AlertSummary
from .alert_summary_message import AlertSummaryMessage
from .alert_summary_severity import AlertSummarySeverity
from .alert_summary_state import AlertSummaryState
from .alert_summary_verdict_type_0 import AlertSummaryVerdictType0
from .anomaly import Anomaly
from .anomaly_assign import AnomalyAssign
from .anomaly_event import AnomalyEvent
from .anomaly_event_data import AnomalyEventData
from .anomaly_event_data_state_type_0 import AnomalyEventDataStateType0
from .anomaly_key_item import AnomalyKeyItem
from .anomaly_severity import AnomalySeverity
from .assessment import Assessment
from .assignment import Assignment
from .assignment_to import AssignmentTo
from .audit_entry_public import AuditEntryPublic
from .audit_state import AuditState
from .ballot_result import BallotResult
from .ballot_result_state import BallotResultState
from .basis_create import BasisCreate
from .basis_create_kind import BasisCreateKind
from .basis_public import BasisPublic
from .basis_public_kind import BasisPublicKind
from .batch_identify_result import BatchIdentifyResult
from .batch_match_result import BatchMatchResult
from .batch_read_result import BatchReadResult
from .batch_vehicle_public import BatchVehiclePublic
from .batch_verification import BatchVerification
from .broken_entry import BrokenEntry
from .calibration import Calibration
from .calibration_evidence import CalibrationEvidence
from .calibration_hardware import CalibrationHardware
from .calibration_public import CalibrationPublic
from .calibration_public_method import CalibrationPublicMethod
from .calibration_versions import CalibrationVersions
from .calibration_whole import CalibrationWhole
from .calibration_whole_body import CalibrationWholeBody
from .calibration_whole_method import CalibrationWholeMethod
from .candidate_result import CandidateResult
from .charger_event import ChargerEvent
from .charger_event_data import ChargerEventData
from .charger_event_data_state import ChargerEventDataState
from .check_live_response_check_live import CheckLiveResponseCheckLive
from .check_ready_response_check_ready import CheckReadyResponseCheckReady
from .checked_receipt import CheckedReceipt
from .closing import Closing
from .closing_verdict_type_0 import ClosingVerdictType0
from .combination import Combination
from .combination_assign import CombinationAssign
from .combination_key_item import CombinationKeyItem
from .combination_severity import CombinationSeverity
from .condition import Condition
from .condition_event import ConditionEvent
from .condition_where import ConditionWhere
from .consent_create import ConsentCreate
from .consent_public import ConsentPublic
from .consent_public_state import ConsentPublicState
from .consent_text import ConsentText
from .console_public import ConsolePublic
from .count import Count
from .count_assign import CountAssign
from .count_event import CountEvent
from .count_key_item import CountKeyItem
from .count_severity import CountSeverity
from .count_where import CountWhere
from .daily import Daily
from .day import Day
from .day_severities import DaySeverities
from .day_states import DayStates
from .delivery_public import DeliveryPublic
from .delivery_public_state import DeliveryPublicState
from .device_create import DeviceCreate
from .device_create_kind import DeviceCreateKind
from .device_create_liveness import DeviceCreateLiveness
from .device_create_quality import DeviceCreateQuality
from .device_policy import DevicePolicy
from .device_policy_liveness import DevicePolicyLiveness
from .device_policy_quality import DevicePolicyQuality
from .device_public import DevicePublic
from .device_public_kind import DevicePublicKind
from .device_public_liveness import DevicePublicLiveness
from .device_public_quality import DevicePublicQuality
from .device_status import DeviceStatus
from .device_status_status import DeviceStatusStatus
from .devices_report import DevicesReport
from .during import During
from .during_days_item import DuringDaysItem
from .electrical_event import ElectricalEvent
from .electrical_event_data import ElectricalEventData
from .electrical_event_data_door_type_0 import ElectricalEventDataDoorType0
from .enrolment import Enrolment
from .erasure_receipt import ErasureReceipt
from .erasure_receipt_reason import ErasureReceiptReason
from .escalation import Escalation
from .escalation_severity_type_0 import EscalationSeverityType0
from .escalation_to import EscalationTo
from .estate_change import EstateChange
from .estate_create import EstateCreate
from .estate_figures import EstateFigures
from .estate_performance import EstatePerformance
from .estate_public import EstatePublic
from .event_accepted import EventAccepted
from .event_result import EventResult
from .evidence import Evidence
from .evidence_data import EvidenceData
from .evidence_request import EvidenceRequest
from .evidence_request_form import EvidenceRequestForm
from .evidence_request_form_kind import EvidenceRequestFormKind
from .evidence_request_kind import EvidenceRequestKind
from .face_point import FacePoint
from .face_point_origin import FacePointOrigin
from .figures import Figures
from .fire_event import FireEvent
from .fire_event_data import FireEventData
from .fire_event_data_kind import FireEventDataKind
from .fire_event_data_state_type_0 import FireEventDataStateType0
from .frame_request import FrameRequest
from .frame_request_form import FrameRequestForm
from .frame_request_form_kind import FrameRequestFormKind
from .frame_request_kind import FrameRequestKind
from .gap import Gap
from .gap_reason import GapReason
from .handled import Handled
from .handled_by import HandledBy
from .heartbeat_event import HeartbeatEvent
from .heartbeat_event_data import HeartbeatEventData
from .heartbeat_event_data_state import HeartbeatEventDataState
from .identify_batch import IdentifyBatch
from .identify_batch_form import IdentifyBatchForm
from .identify_request import IdentifyRequest
from .identify_request_form import IdentifyRequestForm
from .identify_result import IdentifyResult
from .identify_result_decision import IdentifyResultDecision
from .identify_result_refused_type_0 import IdentifyResultRefusedType0
from .invitation_create import InvitationCreate
from .invitation_create_credential_kind import InvitationCreateCredentialKind
from .invitation_made import InvitationMade
from .invitation_public import InvitationPublic
from .item_identify_result import ItemIdentifyResult
from .item_match_result import ItemMatchResult
from .item_read_result import ItemReadResult
from .item_vehicle_public import ItemVehiclePublic
from .item_verification import ItemVerification
from .judgement import Judgement
from .judgement_verdict import JudgementVerdict
from .kept import Kept
from .lamp_event import LampEvent
from .lamp_event_data import LampEventData
from .lamp_event_data_state import LampEventDataState
from .limits import Limits
from .list_alerts_assigned_to_type_0 import ListAlertsAssignedToType0
from .list_alerts_severity_type_0 import ListAlertsSeverityType0
from .list_alerts_state_item import ListAlertsStateItem
from .list_consents_state_type_0 import ListConsentsStateType0
from .list_deliveries_state import ListDeliveriesState
from .list_devices_kind_type_0 import ListDevicesKindType0
from .list_devices_liveness_type_0 import ListDevicesLivenessType0
from .list_devices_quality_type_0 import ListDevicesQualityType0
from .list_invitations_state_type_0 import ListInvitationsStateType0
from .list_legal_bases_kind_type_0 import ListLegalBasesKindType0
from .list_permits_kind_type_0 import ListPermitsKindType0
from .list_permits_state_type_0 import ListPermitsStateType0
from .list_subjects_consent_type_0 import ListSubjectsConsentType0
from .look import Look
from .look_reason import LookReason
from .match_result import MatchResult
from .match_result_decision import MatchResultDecision
from .match_result_message import MatchResultMessage
from .message import Message
from .moved import Moved
from .note import Note
from .operating_point_public import OperatingPointPublic
from .options import Options
from .options_devices import OptionsDevices
from .outcome import Outcome
from .outcome_decision import OutcomeDecision
from .outcome_message import OutcomeMessage
from .page_alert_summary import PageAlertSummary
from .page_audit_entry_public import PageAuditEntryPublic
from .page_basis_public import PageBasisPublic
from .page_calibration_public import PageCalibrationPublic
from .page_consent_public import PageConsentPublic
from .page_delivery_public import PageDeliveryPublic
from .page_device_public import PageDevicePublic
from .page_erasure_receipt import PageErasureReceipt
from .page_estate_public import PageEstatePublic
from .page_invitation_public import PageInvitationPublic
from .page_permit_public import PagePermitPublic
from .page_similar_group import PageSimilarGroup
from .page_subject_public import PageSubjectPublic
from .page_target_public import PageTargetPublic
from .page_template_public import PageTemplatePublic
from .page_vehicle_public import PageVehiclePublic
from .paragraph import Paragraph
from .pass_open import PassOpen
from .pass_public import PassPublic
from .pass_read_request import PassReadRequest
from .pass_read_request_form import PassReadRequestForm
from .pass_read_request_form_kind import PassReadRequestFormKind
from .pass_read_request_kind import PassReadRequestKind
from .pass_result import PassResult
from .patrol_event import PatrolEvent
from .patrol_event_data import PatrolEventData
from .patrol_event_data_state import PatrolEventDataState
from .perimeter_event import PerimeterEvent
from .perimeter_event_data import PerimeterEventData
from .perimeter_event_data_state import PerimeterEventDataState
from .permit_create import PermitCreate
from .permit_create_kind import PermitCreateKind
from .permit_public import PermitPublic
from .permit_public_kind import PermitPublicKind
from .permit_public_state import PermitPublicState
from .permit_result import PermitResult
from .permit_result_message import PermitResultMessage
from .permit_result_state import PermitResultState
from .photo_request import PhotoRequest
from .photo_request_form import PhotoRequestForm
from .photo_result import PhotoResult
from .picture_public import PicturePublic
from .picture_public_kind import PicturePublicKind
from .planned_threshold import PlannedThreshold
from .planned_threshold_method import PlannedThresholdMethod
from .plate_match_batch import PlateMatchBatch
from .plate_match_batch_form import PlateMatchBatchForm
from .plate_match_batch_form_kind import PlateMatchBatchFormKind
from .plate_match_batch_kind import PlateMatchBatchKind
from .plate_match_request import PlateMatchRequest
from .plate_match_request_form import PlateMatchRequestForm
from .plate_match_request_form_kind import PlateMatchRequestFormKind
from .plate_match_request_kind import PlateMatchRequestKind
from .plate_point import PlatePoint
from .plate_read_batch import PlateReadBatch
from .plate_read_batch_form import PlateReadBatchForm
from .plate_read_batch_form_kind import PlateReadBatchFormKind
from .plate_read_batch_kind import PlateReadBatchKind
from .plate_read_request import PlateReadRequest
from .plate_read_request_form import PlateReadRequestForm
from .plate_read_request_form_kind import PlateReadRequestFormKind
from .plate_read_request_kind import PlateReadRequestKind
from .platform_create import PlatformCreate
from .platform_create_devices import PlatformCreateDevices
from .platform_create_severity import PlatformCreateSeverity
from .platform_devices import PlatformDevices
from .platform_devices_devices import PlatformDevicesDevices
from .platform_public import PlatformPublic
from .platform_public_pushed_now_item import PlatformPublicPushedNowItem
from .platform_public_severity import PlatformPublicSeverity
from .problem import Problem
from .problem_errors_type_0_item import ProblemErrorsType0Item
from .problem_reasons_type_0_item import ProblemReasonsType0Item
from .property_report import PropertyReport
from .purpose import Purpose
from .quality_measure import QualityMeasure
from .quality_reason import QualityReason
from .quality_request import QualityRequest
from .quality_request_form import QualityRequestForm
from .quality_request_form_use import QualityRequestFormUse
from .quality_request_use import QualityRequestUse
from .quality_result import QualityResult
from .quality_result_use import QualityResultUse
from .read_assessment_format import ReadAssessmentFormat
from .read_assessment_language import ReadAssessmentLanguage
from .read_own_record_response_read_own_record import ReadOwnRecordResponseReadOwnRecord
from .read_property_report_format import ReadPropertyReportFormat
from .read_property_report_table import ReadPropertyReportTable
from .read_result import ReadResult
from .read_result_characters_item import ReadResultCharactersItem
from .read_subject_record_response_read_subject_record import (
    ReadSubjectRecordResponseReadSubjectRecord,
)
from .receipt_check import ReceiptCheck
from .receive_camera_body import ReceiveCameraBody
from .receive_camera_dialect import ReceiveCameraDialect
from .receive_events_body_type_2 import ReceiveEventsBodyType2
from .record import Record
from .redriven import Redriven
from .refused import Refused
from .resident_enrolled import ResidentEnrolled
from .resident_enrolment import ResidentEnrolment
from .resident_enrolment_form import ResidentEnrolmentForm
from .resident_state import ResidentState
from .resident_state_consent_type_0 import ResidentStateConsentType0
from .resident_state_state import ResidentStateState
from .rules_public import RulesPublic
from .schedule import Schedule
from .schedule_assign import ScheduleAssign
from .schedule_event import ScheduleEvent
from .schedule_key_item import ScheduleKeyItem
from .schedule_severity import ScheduleSeverity
from .schedule_where import ScheduleWhere
from .sequence import Sequence
from .sequence_assign import SequenceAssign
from .sequence_key_item import SequenceKeyItem
from .sequence_severity import SequenceSeverity
from .share import Share
from .similar_group import SimilarGroup
from .similar_person import SimilarPerson
from .span import Span
from .state import State
from .state_assign import StateAssign
from .state_event import StateEvent
from .state_key_item import StateKeyItem
from .state_severity import StateSeverity
from .state_where import StateWhere
from .step import Step
from .step_state import StepState
from .subject_change import SubjectChange
from .subject_change_credential_kind_type_0 import SubjectChangeCredentialKindType0
from .subject_create import SubjectCreate
from .subject_create_credential_kind import SubjectCreateCredentialKind
from .subject_create_form import SubjectCreateForm
from .subject_create_form_credential_kind import SubjectCreateFormCredentialKind
from .subject_public import SubjectPublic
from .subject_public_consent import SubjectPublicConsent
from .subject_public_credential_kind import SubjectPublicCredentialKind
from .subject_verification import SubjectVerification
from .subject_verification_consent import SubjectVerificationConsent
from .subject_verification_refused_type_0 import SubjectVerificationRefusedType0
from .target_change import TargetChange
from .target_create import TargetCreate
from .target_create_severity import TargetCreateSeverity
from .target_made import TargetMade
from .target_made_kind import TargetMadeKind
from .target_made_severity import TargetMadeSeverity
from .target_public import TargetPublic
from .target_public_kind import TargetPublicKind
from .target_public_severity import TargetPublicSeverity
from .targets import Targets
from .template_added import TemplateAdded
from .template_create import TemplateCreate
from .template_create_form import TemplateCreateForm
from .template_public import TemplatePublic
from .threshold import Threshold
from .threshold_assign import ThresholdAssign
from .threshold_event import ThresholdEvent
from .threshold_key_item import ThresholdKeyItem
from .threshold_severity import ThresholdSeverity
from .threshold_where import ThresholdWhere
from .times import Times
from .uptime import Uptime
from .uptime_unmeasured import UptimeUnmeasured
from .vehicle_batch import VehicleBatch
from .vehicle_change import VehicleChange
from .vehicle_create import VehicleCreate
from .vehicle_event import VehicleEvent
from .vehicle_event_data import VehicleEventData
from .vehicle_event_data_colour import VehicleEventDataColour
from .vehicle_event_data_decision_type_0 import VehicleEventDataDecisionType0
from .vehicle_event_data_direction import VehicleEventDataDirection
from .vehicle_event_data_permit_type_0 import VehicleEventDataPermitType0
from .vehicle_public import VehiclePublic
from .verification import Verification
from .verification_quality_reasons import VerificationQualityReasons
from .verify_batch import VerifyBatch
from .verify_batch_form import VerifyBatchForm
from .verify_request import VerifyRequest
from .verify_request_form import VerifyRequestForm
from .warned import Warned
from .warned_code import WarnedCode
from .weakest_result import WeakestResult
from .wifi_event import WifiEvent
from .wifi_event_data import WifiEventData
from .wifi_event_data_state import WifiEventDataState
from .withdrawal import Withdrawal

__all__ = (
    "Absence",
    "AbsenceAssign",
    "AbsenceEvent",
    "AbsenceKeyItem",
    "AbsenceSeverity",
    "AbsenceWhere",
    "AccessEvent",
    "AccessEventData",
    "AccessEventDataDecision",
    "AccessEventDataDirection",
    "AccessEventDataMethod",
    "AlertPublic",
    "AlertPublicMessage",
    "AlertPublicSeverity",
    "AlertPublicState",
    "AlertPublicVerdictType0",
    "AlertSummary",
    "AlertSummaryMessage",
    "AlertSummarySeverity",
    "AlertSummaryState",
    "AlertSummaryVerdictType0",
    "Anomaly",
    "AnomalyAssign",
    "AnomalyEvent",
    "AnomalyEventData",
    "AnomalyEventDataStateType0",
    "AnomalyKeyItem",
    "AnomalySeverity",
    "Assessment",
    "Assignment",
    "AssignmentTo",
    "AuditEntryPublic",
    "AuditState",
    "BallotResult",
    "BallotResultState",
    "BasisCreate",
    "BasisCreateKind",
    "BasisPublic",
    "BasisPublicKind",
    "BatchIdentifyResult",
    "BatchMatchResult",
    "BatchReadResult",
    "BatchVehiclePublic",
    "BatchVerification",
    "BrokenEntry",
    "Calibration",
    "CalibrationEvidence",
    "CalibrationHardware",
    "CalibrationPublic",
    "CalibrationPublicMethod",
    "CalibrationVersions",
    "CalibrationWhole",
    "CalibrationWholeBody",
    "CalibrationWholeMethod",
    "CandidateResult",
    "ChargerEvent",
    "ChargerEventData",
    "ChargerEventDataState",
    "CheckedReceipt",
    "CheckLiveResponseCheckLive",
    "CheckReadyResponseCheckReady",
    "Closing",
    "ClosingVerdictType0",
    "Combination",
    "CombinationAssign",
    "CombinationKeyItem",
    "CombinationSeverity",
    "Condition",
    "ConditionEvent",
    "ConditionWhere",
    "ConsentCreate",
    "ConsentPublic",
    "ConsentPublicState",
    "ConsentText",
    "ConsolePublic",
    "Count",
    "CountAssign",
    "CountEvent",
    "CountKeyItem",
    "CountSeverity",
    "CountWhere",
    "Daily",
    "Day",
    "DaySeverities",
    "DayStates",
    "DeliveryPublic",
    "DeliveryPublicState",
    "DeviceCreate",
    "DeviceCreateKind",
    "DeviceCreateLiveness",
    "DeviceCreateQuality",
    "DevicePolicy",
    "DevicePolicyLiveness",
    "DevicePolicyQuality",
    "DevicePublic",
    "DevicePublicKind",
    "DevicePublicLiveness",
    "DevicePublicQuality",
    "DevicesReport",
    "DeviceStatus",
    "DeviceStatusStatus",
    "During",
    "DuringDaysItem",
    "ElectricalEvent",
    "ElectricalEventData",
    "ElectricalEventDataDoorType0",
    "Enrolment",
    "ErasureReceipt",
    "ErasureReceiptReason",
    "Escalation",
    "EscalationSeverityType0",
    "EscalationTo",
    "EstateChange",
    "EstateCreate",
    "EstateFigures",
    "EstatePerformance",
    "EstatePublic",
    "EventAccepted",
    "EventResult",
    "Evidence",
    "EvidenceData",
    "EvidenceRequest",
    "EvidenceRequestForm",
    "EvidenceRequestFormKind",
    "EvidenceRequestKind",
    "FacePoint",
    "FacePointOrigin",
    "Figures",
    "FireEvent",
    "FireEventData",
    "FireEventDataKind",
    "FireEventDataStateType0",
    "FrameRequest",
    "FrameRequestForm",
    "FrameRequestFormKind",
    "FrameRequestKind",
    "Gap",
    "GapReason",
    "Handled",
    "HandledBy",
    "HeartbeatEvent",
    "HeartbeatEventData",
    "HeartbeatEventDataState",
    "IdentifyBatch",
    "IdentifyBatchForm",
    "IdentifyRequest",
    "IdentifyRequestForm",
    "IdentifyResult",
    "IdentifyResultDecision",
    "IdentifyResultRefusedType0",
    "InvitationCreate",
    "InvitationCreateCredentialKind",
    "InvitationMade",
    "InvitationPublic",
    "ItemIdentifyResult",
    "ItemMatchResult",
    "ItemReadResult",
    "ItemVehiclePublic",
    "ItemVerification",
    "Judgement",
    "JudgementVerdict",
    "Kept",
    "LampEvent",
    "LampEventData",
    "LampEventDataState",
    "Limits",
    "ListAlertsAssignedToType0",
    "ListAlertsSeverityType0",
    "ListAlertsStateItem",
    "ListConsentsStateType0",
    "ListDeliveriesState",
    "ListDevicesKindType0",
    "ListDevicesLivenessType0",
    "ListDevicesQualityType0",
    "ListInvitationsStateType0",
    "ListLegalBasesKindType0",
    "ListPermitsKindType0",
    "ListPermitsStateType0",
    "ListSubjectsConsentType0",
    "Look",
    "LookReason",
    "MatchResult",
    "MatchResultDecision",
    "MatchResultMessage",
    "Message",
    "Moved",
    "Note",
    "OperatingPointPublic",
    "Options",
    "OptionsDevices",
    "Outcome",
    "OutcomeDecision",
    "OutcomeMessage",
    "PageAlertSummary",
    "PageAuditEntryPublic",
    "PageBasisPublic",
    "PageCalibrationPublic",
    "PageConsentPublic",
    "PageDeliveryPublic",
    "PageDevicePublic",
    "PageErasureReceipt",
    "PageEstatePublic",
    "PageInvitationPublic",
    "PagePermitPublic",
    "PageSimilarGroup",
    "PageSubjectPublic",
    "PageTargetPublic",
    "PageTemplatePublic",
    "PageVehiclePublic",
    "Paragraph",
    "PassOpen",
    "PassPublic",
    "PassReadRequest",
    "PassReadRequestForm",
    "PassReadRequestFormKind",
    "PassReadRequestKind",
    "PassResult",
    "PatrolEvent",
    "PatrolEventData",
    "PatrolEventDataState",
    "PerimeterEvent",
    "PerimeterEventData",
    "PerimeterEventDataState",
    "PermitCreate",
    "PermitCreateKind",
    "PermitPublic",
    "PermitPublicKind",
    "PermitPublicState",
    "PermitResult",
    "PermitResultMessage",
    "PermitResultState",
    "PhotoRequest",
    "PhotoRequestForm",
    "PhotoResult",
    "PicturePublic",
    "PicturePublicKind",
    "PlannedThreshold",
    "PlannedThresholdMethod",
    "PlateMatchBatch",
    "PlateMatchBatchForm",
    "PlateMatchBatchFormKind",
    "PlateMatchBatchKind",
    "PlateMatchRequest",
    "PlateMatchRequestForm",
    "PlateMatchRequestFormKind",
    "PlateMatchRequestKind",
    "PlatePoint",
    "PlateReadBatch",
    "PlateReadBatchForm",
    "PlateReadBatchFormKind",
    "PlateReadBatchKind",
    "PlateReadRequest",
    "PlateReadRequestForm",
    "PlateReadRequestFormKind",
    "PlateReadRequestKind",
    "PlatformCreate",
    "PlatformCreateDevices",
    "PlatformCreateSeverity",
    "PlatformDevices",
    "PlatformDevicesDevices",
    "PlatformPublic",
    "PlatformPublicPushedNowItem",
    "PlatformPublicSeverity",
    "Problem",
    "ProblemErrorsType0Item",
    "ProblemReasonsType0Item",
    "PropertyReport",
    "Purpose",
    "QualityMeasure",
    "QualityReason",
    "QualityRequest",
    "QualityRequestForm",
    "QualityRequestFormUse",
    "QualityRequestUse",
    "QualityResult",
    "QualityResultUse",
    "ReadAssessmentFormat",
    "ReadAssessmentLanguage",
    "ReadOwnRecordResponseReadOwnRecord",
    "ReadPropertyReportFormat",
    "ReadPropertyReportTable",
    "ReadResult",
    "ReadResultCharactersItem",
    "ReadSubjectRecordResponseReadSubjectRecord",
    "ReceiptCheck",
    "ReceiveCameraBody",
    "ReceiveCameraDialect",
    "ReceiveEventsBodyType2",
    "Record",
    "Redriven",
    "Refused",
    "ResidentEnrolled",
    "ResidentEnrolment",
    "ResidentEnrolmentForm",
    "ResidentState",
    "ResidentStateConsentType0",
    "ResidentStateState",
    "RulesPublic",
    "Schedule",
    "ScheduleAssign",
    "ScheduleEvent",
    "ScheduleKeyItem",
    "ScheduleSeverity",
    "ScheduleWhere",
    "Sequence",
    "SequenceAssign",
    "SequenceKeyItem",
    "SequenceSeverity",
    "Share",
    "SimilarGroup",
    "SimilarPerson",
    "Span",
    "State",
    "StateAssign",
    "StateEvent",
    "StateKeyItem",
    "StateSeverity",
    "StateWhere",
    "Step",
    "StepState",
    "SubjectChange",
    "SubjectChangeCredentialKindType0",
    "SubjectCreate",
    "SubjectCreateCredentialKind",
    "SubjectCreateForm",
    "SubjectCreateFormCredentialKind",
    "SubjectPublic",
    "SubjectPublicConsent",
    "SubjectPublicCredentialKind",
    "SubjectVerification",
    "SubjectVerificationConsent",
    "SubjectVerificationRefusedType0",
    "TargetChange",
    "TargetCreate",
    "TargetCreateSeverity",
    "TargetMade",
    "TargetMadeKind",
    "TargetMadeSeverity",
    "TargetPublic",
    "TargetPublicKind",
    "TargetPublicSeverity",
    "Targets",
    "TemplateAdded",
    "TemplateCreate",
    "TemplateCreateForm",
    "TemplatePublic",
    "Threshold",
    "ThresholdAssign",
    "ThresholdEvent",
    "ThresholdKeyItem",
    "ThresholdSeverity",
    "ThresholdWhere",
    "Times",
    "Uptime",
    "UptimeUnmeasured",
    "VehicleBatch",
    "VehicleChange",
    "VehicleCreate",
    "VehicleEvent",
    "VehicleEventData",
    "VehicleEventDataColour",
    "VehicleEventDataDecisionType0",
    "VehicleEventDataDirection",
    "VehicleEventDataPermitType0",
    "VehiclePublic",
    "Verification",
    "VerificationQualityReasons",
    "VerifyBatch",
    "VerifyBatchForm",
    "VerifyRequest",
    "VerifyRequestForm",
    "Warned",
    "WarnedCode",
    "WeakestResult",
    "WifiEvent",
    "WifiEventData",
    "WifiEventDataState",
    "Withdrawal",
)
