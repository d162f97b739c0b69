"""The details of problems in Chinese: of ours by their English template, of errors of models by their code, of fields by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhsq.errors import LowQualityError, ZhsqError

#: English template, as `ProblemError` is raised with -> Chinese, with the same values.
CHINESE: dict[str, str] = {
    # what is not there
    "There is no estate {estate!r}.": "没有小区 {estate!r}。",
    "There is no device {device!r} in {estate!r}.": "小区 {estate!r} 中没有设备 {device!r}。",
    "There is no subject {subject!r} in {estate!r}.": "小区 {estate!r} 中没有登记人员 {subject!r}。",
    "There is no receipt {receipt!r} in {estate!r}.": "小区 {estate!r} 中没有删除回执 {receipt!r}。",
    "There is no invitation {invitation!r} in {estate!r}.": "小区 {estate!r} 中没有邀请 {invitation!r}。",
    "There is no vehicle {vehicle!r} in {estate!r}.": "小区 {estate!r} 中没有车辆 {vehicle!r}。",
    "There is no alert {alert!r}.": "没有告警 {alert!r}。",
    "The alert has no picture {picture!r}.": "该告警没有图片 {picture!r}。",
    "The original is not kept: only the picture with faces hidden is.": "原图未保存或已到期删除，只有人脸打码后的图片。",
    "The console has no {name!r}.": "值班台没有 {name!r}。",
    "There is no target {target!r}.": "没有推送目标 {target!r}。",
    "There is no dead delivery {delivery} of this target.": "该推送目标没有编号为 {delivery} 的失败消息。",
    "There is no open pass {pass_id!r}; passes end {seconds:.0f} s after use.": (
        "没有进行中的过车识别 {pass_id!r}；停用 {seconds:.0f} 秒后自动结束。"
    ),
    "The row belongs to another estate.": "该记录属于其他小区。",
    # what is there already, or in another state
    "Device {name!r} is there already.": "设备 {name!r} 已存在。",
    "Estate {estate!r} is there already.": "小区 {estate!r} 已存在。",
    "Target {name!r} is there already.": "推送目标 {name!r} 已存在。",
    "Nothing was stored: what is there already, or gone by now, was changed at the same moment. Look, and try again.": (
        "未保存：另一请求在同一时刻作了更改，相同的内容已存在或所引用的内容已不存在。请查看后重试。"
    ),
    "{plate} is registered already.": "车牌 {plate} 已登记。",
    "The alert is {state}; {action} needs it {allowed}.": "告警当前状态为 {state}；执行 {action} 要求状态为 {allowed}。",
    "An alert takes {most} pictures at most.": "一条告警最多附 {most} 张图片。",
    "A pass takes {frames} frames; close it.": "一次过车识别最多接收 {frames} 帧；请结束它。",
    "Too many passes are open; close one, or wait {seconds:.0f} s.": (
        "进行中的过车识别过多；请结束其中之一，或等待 {seconds:.0f} 秒。"
    ),
    "The consent has ended and the template is to be erased: enrol again.": "同意已终止，模板即将删除：请重新登记。",
    "The invitation was used already, or has run out.": "邀请已被使用或已过期。",
    "This code is of someone who has enrolled; an invitation's is needed.": "该代码属于已登记人员；此处需要邀请代码。",
    "This code is an invitation's: nobody has enrolled by it yet.": "该代码是邀请代码：尚未有人用它登记。",
    # who was second, or sent it again
    "It is at version {version}, not {wanted}: read it again.": "当前版本为 {version}，而不是 {wanted}：请重新读取。",
    "Someone else changed the alert at the same moment: read it again.": "他人同时修改了该告警：请重新读取。",
    "The key was used for another request. Take a new one.": "该幂等键已用于另一请求，请换一个。",
    "The request with this key is being carried out. Ask again in a moment.": "带有该幂等键的请求正在处理中，请稍后再试。",
    "It was carried out, and its answer is not kept any more. See the list of what there is.": (
        "该请求已执行，其应答已不再保存；请查看相应列表。"
    ),
    # what was sent
    "If-Match: {tag} is not an ETag of the API.": "If-Match：{tag} 不是本接口的 ETag。",
    "cursor: it is not of this list with these filters. Begin again without it.": (
        "cursor：它不属于该列表及这些筛选条件；请去掉 cursor 从头读取。"
    ),
    "Last-Event-ID {marker!r} is not one of this stream's.": "Last-Event-ID {marker!r} 不属于该事件流。",
    "To {action} needs words in 'note'.": "执行 {action} 须在 note 中说明。",
    "taken_at: the picture was taken in the future.": "taken_at：拍摄时间晚于当前时间。",
    "{name} exceeds {limit} bytes.": "{name} 超过 {limit} 字节。",
    "The body exceeds {limit} bytes.": "请求正文超过 {limit} 字节。",
    "A form needs its Content-Length, {limit} bytes at most.": "表单须带 Content-Length，且不超过 {limit} 字节。",
    "{plate!r} is not a plate by GA 36-2018.": "{plate!r} 不是符合 GA 36-2018 的车牌号。",
    "url: {reason}.": "url 无效：{reason}。",
    "url: an https address without a user and a fragment is needed.": "url：须为不含用户名和片段的 https 地址。",
    "url: alerts leave this machine by https only (or set webhooks_plain_http).": (
        "url：告警只能经 https 发往本机以外（或设置 webhooks_plain_http）。"
    ),
    "A time is beyond the years 1 to 9999.": "时间超出公元 1 至 9999 年。",
    # platforms above
    "GA/T 1400 is off. The operator turns it on: ZHSQ_SERVE_GAT1400=true.": (
        "GA/T 1400 未启用；由运维设置 ZHSQ_SERVE_GAT1400=true 启用。"
    ),
    "valid_until: after valid_from, three years later at most, and to come.": (
        "valid_until：须晚于 valid_from，最长三年，且尚未到来。"
    ),
    "There is no legal basis {basis!r} of this estate.": "该小区没有依据 {basis!r}。",
    "There is no platform {platform!r}.": "没有上级平台 {platform!r}。",
    # events
    "Its time is {span} ahead; a clock may be {most} ahead.": "事件时间超前 {span}；时钟最多可超前 {most}。",
    "The event is {span} old; events are taken for {most}.": "事件已过去 {span}；只接收 {most} 以内的事件。",
    "The event is of another estate than its topic, {estate!r}.": "事件所属小区与主题中的小区 {estate!r} 不同。",
    "It can't be read: {kind}.": "消息无法读取：{kind}。",
    "It can't be stored: {kind}.": "消息无法保存：{kind}。",
    # consent
    "A consent given by this invitation would have expired.": "按此邀请给出的同意届时已过期。",
    "A consent needs its purpose and its evidence.": "同意须写明目的和凭据。",
    "The consent has expired.": "同意已过期。",
    "Name the parent or guardian who consents, and how it is proved.": "请写明同意的父母或其他监护人及其证明方式。",
    "A guardian consents for a child under 14 alone: say under_14.": (
        "只有不满十四周岁的儿童由监护人同意：请注明 under_14。"
    ),
    "Nobody has to use the face: name the card or PIN that also opens.": "不得强制刷脸：请写明同样可以通行的门卡或密码。",
    "The statement that was agreed to is not the one that holds. Read it again.": (
        "所同意的文本不是现行文本，请重新阅读。"
    ),
    # who may
    "Send 'Authorization: Bearer KEY'. Make one: zhsq keys create": (
        "请发送“Authorization: Bearer 密钥”。创建密钥：zhsq keys create"
    ),
    "The API key is unknown, has expired or was revoked.": "API 密钥无效、已过期或已吊销。",
    "This needs one of the roles {roles}; the caller has {role}.": "需要以下角色之一：{roles}；当前角色为 {role}。",
    "This key may use {areas} only.": "该密钥只能使用：{areas}。",
    "A key bound to one estate can't make another.": "限定于一个小区的密钥不能创建其他小区。",
    "A key bound to one estate can't make a target for all.": "限定于一个小区的密钥不能创建面向全部小区的推送目标。",
    "The audit spans estates; this key is bound to one.": "审计覆盖所有小区；该密钥限定于一个小区。",
    "The code is unknown, was used, or has run out. Ask the property office.": (
        "代码无效、已被使用或已过期，请联系物业。"
    ),
    "This key may make {limit}.": "该密钥的调用上限为 {limit}。",
    "Too many wrong keys came from this address.": "来自该地址的错误密钥过多，请稍候。",
    "The token is not valid: {reason}": "令牌无效：{reason}",
    "The token gives no role in {claim!r}.": "令牌的 {claim!r} 中没有角色。",
    "The token's role can't be used: {reason}": "令牌中的角色不可用：{reason}",
    "The issuer's keys can't be had.": "无法取得身份提供方的密钥。",
    "The issuer's own description names another issuer.": "身份提供方的描述中写的是另一个提供方。",
    "The issuer's description can't be had.": "无法取得身份提供方的描述。",
    # what is not there at the moment
    "A value can't be stored: a number out of range, or a text that holds NUL.": "无法保存：数值超出范围，或文本含有空字符。",
    "Nothing was stored. Try again.": "未保存任何内容，请重试。",
    "Nothing was stored. The operator must make room; then it goes on by itself.": (
        "未保存任何内容。请运维人员释放存储空间，之后系统自动恢复。"
    ),
    "{most} requests are under way.": "正在处理的请求已达 {most} 个。",
    "Too many events are waiting to be stored.": "等待保存的事件过多。",
    "The templates and consents of {estate!r} are not those that were enrolled: {count} templates are there, "
    "{counted} were counted. See `zhsq db check`.": (
        "小区 {estate!r} 的模板与同意记录同登记时不一致：现有 {count} 个模板，登记 {counted} 个。见 `zhsq db check`。"
    ),
    # photos and templates of a person
    "Photo {number} seems to show another person than those before it.": "第 {number} 张照片与前面的照片似乎不是同一人。",
    "The photo seems to show another person than the one who enrolled.": "照片与登记人似乎不是同一人。",
    "A person has {most} templates at most: remove one first.": "每人最多 {most} 个模板：请先删除一个。",
    "There is no template {number!r} of this person.": "该人员没有模板 {number!r}。",
    "It is the person's only template: erase the person instead.": "这是该人员唯一的模板：请改为删除该人员。",
    "The template is of another model than the one in use: add a photo, or enrol again.": (
        "模板由其他模型生成，与当前模型不可比较：请补充照片或重新登记。"
    ),
    "{first} first and {second} second photos make no pairs.": "first 有 {first} 张、second 有 {second} 张，无法成对。",
    # permits
    "There is no permit {permit!r} in {estate!r}.": "小区 {estate!r} 中没有通行许可 {permit!r}。",
    # calibrations
    "There is no calibration {calibration!r} in {estate!r}.": "小区 {estate!r} 中没有校准 {calibration!r}。",
    "It is of {other}, and {used} is in use. Calibrate with that one: zhsq calibrate --model {used} ...": (
        "该校准属于 {other}，当前使用的是 {used}；请用后者校准：zhsq calibrate --model {used} …"
    ),
    "The threshold for {people} people is no cosine within its interval.": ("{people} 人的阈值不是其区间内的余弦值。"),
    # how pictures come
    "Send multipart/form-data, or application/json with base64; not {kind!r}.": (
        "请发送 multipart/form-data，或带 base64 的 application/json；而不是 {kind!r}。"
    ),
    "The form can't be read: {reason}": "表单无法读取：{reason}",
    "The body is not JSON: {reason}.": "请求正文不是 JSON：{reason}。",
    # of the framework
    "Not Found": "没有该路径。",
    "Method Not Allowed": "该路径不支持此请求方法。",
    "There was an error parsing the body": "请求正文无法解析。",
}
#: code -> Chinese, for errors that the models and the readers of events raise, with what to do.
BY_CODE: dict[str, str] = {
    "bad-image": "图像无法使用：请发送完整的 JPEG、PNG、BMP、WebP 或 TIFF 图像，不超过 2500 万像素。",
    "no-face": "未检测到人脸：请使用端正、光线充足、只有一人的照片。",
    "many-faces": "检测到多张人脸：请使用只有一人的照片。",
    "no-plate": "未检测到车牌：请发送更清晰的照片，车牌宽度至少 60 像素。",
    "event-time": "事件时间过早或晚于当前时间，未接收；请核对设备时钟。",
    "invalid-request": "请求内容无效：请按 /docs 中的说明核对各字段。",
    "bad-rules": "规则文件无效：请用 zhsq alerts check 查看出错的行。",
    "runtime-unavailable": "推理服务暂不可用，请稍后重试；通行请使用门卡或密码。",
}
#: Kind of pydantic's error -> Chinese, with the values of its context.
BY_KIND: dict[str, str] = {
    "missing": "必填",
    "extra_forbidden": "不允许的字段",
    "json_invalid": "不是有效的 JSON",
    "string_type": "须为文本",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式须符合 {pattern}",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_from_float": "须为整数",
    "float_type": "须为数字",
    "float_parsing": "须为数字",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "须不小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "须不大于 {le}",
    "literal_error": "须为 {expected}",
    "enum": "须为 {expected}",
    "datetime_type": "须为 ISO 8601 时间",
    "datetime_parsing": "须为 ISO 8601 时间",
    "datetime_from_date_parsing": "须为 ISO 8601 时间",
    "dict_type": "须为对象",
    "list_type": "须为列表",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "model_attributes_type": "须为对象",
    "model_type": "须为对象",
    "value_error": "无效：{error}",
}


def of_error(error: ZhsqError) -> str:
    """An error of the models in Chinese; '' where there is none."""
    if isinstance(error, LowQualityError):
        return "人脸图像质量不足，无法登记。" + "".join(str(reason["message_zh"]) for reason in error.reasons)
    return error.chinese or BY_CODE.get(error.code, "")


def of_field(error: Mapping[str, Any], *, chinese: bool) -> str:
    """What is wrong with one field, from pydantic's description of it."""
    words = BY_KIND.get(error["type"]) if chinese else None
    return words.format(**error.get("ctx", {})) if words else str(error["msg"])
