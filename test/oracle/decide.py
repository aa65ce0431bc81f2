"""A second implementation of the authorizer's decision, written from its documented behaviour and not from `src`.

It reads an event as API Gateway sends it. Message signatures are checked against `sent`, the request as the client sent
it, so nothing here rebuilds a URL from an event. Libraries of other hands verify signatures: joserfc for JSON Web
Signatures (RFC 7515), http-message-signatures for the values of components (RFC 9421).
"""

import base64
import hashlib
import hmac
import json
import math
import re
from datetime import datetime, timezone
from functools import cache
from types import SimpleNamespace
from urllib.parse import urlsplit

import http_sf
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from http_message_signatures.resolvers import HTTPSignatureComponentResolver
from http_sf.compat import Item
from joserfc.jwk import ECKey, JWKRegistry, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ASYMMETRIC = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519"}
COGNITO = re.compile(
    r"https://(?:issuer-)?cognito-idp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)/[a-z0-9-]+_[A-Za-z0-9]+"
)
LATEST = 253_402_300_799


class Refusal(Exception):
    """The client's fault. Its text is the reason."""


class Failure(Exception):
    """Not the client's fault. Its text is the code."""


def decide(settings, world, event, sent, now):
    """What the authorizer must answer: `effect`, `reason`, and for an Allow `principalId`, `until` and `context`."""
    try:
        request = read_event(event)
        found = {}
        refused = None
        try:
            claims = check_approov(settings, world, request, sent, now, found)
        except Refusal as refusal:
            if settings.get("APPROOV_MODE") != "report-only":
                raise
            refused, claims = str(refusal), None
        except Failure as failure:
            if settings.get("APPROOV_MODE") != "report-only":
                raise
            refused, claims = str(failure), None
        user = None
        if settings.get("APPROOV_USER_AUTH") == "jwt":
            user = check_user(settings, world, request, now)
        return allow(settings, request, claims, found, user, refused)
    except Refusal as refusal:
        reason = str(refusal)
        if settings.get("APPROOV_DENIAL", "unauthorized") == "unauthorized" and reason != "user_scope_missing":
            return {"effect": "Unauthorized"}
        context = {"reason": reason}
        if settings.get("APPROOV_DENIAL_ARC") == "on" and reason == "signature_mismatch" and "unverified_arc" in found:
            context["arc"] = found["unverified_arc"]
        return {"effect": "Deny", "reason": reason, "context": context, **policy(settings, request, "approov")}
    except Failure as failure:
        return {"effect": "Failure", "reason": str(failure)}


# ---- the event


def read_event(event):
    if not isinstance(event, dict) or event.get("type") != "REQUEST":
        raise Failure("event_invalid")
    arn = event.get("routeArn" if event.get("version") == "2.0" else "methodArn")
    if not isinstance(arn, str) or not arn.startswith("arn:aws") or ":execute-api:" not in arn:
        raise Failure("event_invalid")
    context = event.get("requestContext") or {}
    simple = event.get("version") == "2.0"
    if event.get("version") in ("1.0", "2.0"):
        api = "http"
    else:
        api = "websocket" if context.get("eventType") or context.get("connectionId") else "rest"
    headers = {}
    for name, values in header_map(event.get("multiValueHeaders"), is_texts):
        headers.setdefault(name, []).extend(values)
    listed = {name: list(values) for name, values in headers.items()}
    for name, value in header_map(event.get("headers"), lambda value: isinstance(value, str)):
        if value not in listed.get(name, []):
            headers.setdefault(name, []).append(value)
    sources = event.get("identitySource") if api == "http" else None
    sources = sources.split(",") if isinstance(sources, str) else sources or []
    query = event.get("multiValueQueryStringParameters") or {}
    sources = [text.strip() for text in sources if text.strip()]
    return SimpleNamespace(api=api, simple=simple, arn=arn, headers=headers, query=query, sources=sources)


def header_map(given, is_value):
    if given is not None and not isinstance(given, dict):
        raise Failure("event_invalid")
    for name, value in (given or {}).items():
        if value is not None and not is_value(value):
            raise Failure("event_invalid")
        if value is not None:
            yield name.lower(), value


def trim(text):
    return text.strip(" \t\r\n\f\v\u00a0\ufeff")


def items(settings, name, default=""):
    return [trim(item) for item in settings.get(name, default).split(",") if trim(item)]


def number(settings, name, default):
    return int(settings.get(name, default))


# ---- the Approov token


def check_approov(settings, world, request, sent, now, found):
    raw = locate_token(settings, request)
    header, payload = decompose(raw)
    algorithms = items(settings, "APPROOV_ALGORITHMS", "HS256")
    algorithm = header.get("alg")
    if algorithm not in algorithms:
        raise Refusal("algorithm_not_allowed")
    if algorithm == "HS256":
        read = lambda text: read_secret(member(text, settings.get("APPROOV_SECRET_JSON_KEY")))
        verifies = lambda key: jws(raw, "HS256", OctKey.import_key(key))
        verified = verify_with_secret(settings, world["secrets"]["token"], "secret", now, read, verifies)
    else:
        key = keyset_key(world, settings, algorithm, header.get("kid"))
        verified = jws(raw, algorithm, key)
    if not verified:
        arc = payload.get("arc")
        if isinstance(arc, str) and re.fullmatch("[A-Z2-7]{1,32}", arc):
            found["unverified_arc"] = arc
        raise Refusal("signature_mismatch")
    check_types(
        payload,
        "claims_invalid",
        texts=["iss", "sub", "did", "ip", "pay", "ipk", "mskid", "arc"],
        texts_or_lists=["aud"],
        lists=["anno"],
        objects=["embed"],
    )
    tolerance = number(settings, "APPROOV_CLOCK_TOLERANCE_SECONDS", 0)
    check_times(payload, tolerance, now, "")
    if "APPROOV_ISSUER" in settings and payload.get("iss") != settings["APPROOV_ISSUER"]:
        raise Refusal("issuer_mismatch")
    audiences = items(settings, "APPROOV_AUDIENCE")
    if audiences and not set(audiences) & set(as_list(payload.get("aud"))):
        raise Refusal("audience_mismatch")
    found["binding"] = check_binding(settings, request, payload)
    found["messageSignature"] = "off"
    if settings.get("APPROOV_MESSAGE_SIGNING", "off") != "off":
        try:
            found["messageSignature"] = check_signature(settings, world, request, sent, payload, now, found)
        except (Refusal, Failure) as error:
            if settings.get("APPROOV_MESSAGE_SIGNING_MODE") != "report-only":
                raise
            found.update(messageSignature="refused", messageSignatureReason=str(error))
    return payload


def locate_token(settings, request):
    values = request.headers.get(settings.get("APPROOV_TOKEN_HEADER", "Approov-Token").lower(), [])
    prefix = settings.get("APPROOV_TOKEN_PREFIX")
    if not any(trim(value) for value in values):
        parameter = settings.get("APPROOV_TOKEN_QUERY_PARAMETER")
        values = request.query.get(parameter, []) if parameter and request.api == "websocket" else []
        prefix = None
        if not any(trim(value) for value in values):
            status = [value for value in request.headers.get("approov-status", []) if trim(value)]
            raise Refusal("client_status" if status else "token_missing")
    if len(values) == 1 and is_status(values[0]) and values[0].lower() != (prefix or "").lower():
        raise Refusal("client_status")
    if len(values) > 1 or "," in values[0]:
        raise Refusal("token_ambiguous")
    if not prefix:
        return values[0]
    word, space, rest = values[0].partition(" ")
    if not space or word.lower() != prefix.lower():
        raise Refusal("token_malformed")
    token = rest.lstrip(" ")
    if is_status(token):
        raise Refusal("client_status")
    return token


def is_status(text):
    return re.fullmatch("[A-Z_]+", text) or (re.fullmatch("[a-z_]+", text) and ("_" in text or text == "rejected"))


def decompose(raw, prefix=""):
    parts = raw.split(".")
    if len(raw) > 8192 or len(parts) != 3:
        raise Refusal(f"{prefix}token_malformed")
    try:
        if any(encode64(decode64(part)) != part for part in parts):
            raise ValueError
        header, payload = (json_object(decode64(part)) for part in parts[:2])
    except ValueError:
        raise Refusal(f"{prefix}token_malformed") from None
    if {"enc", "crit", "b64"} & set(header):
        raise Refusal(f"{prefix}token_malformed")
    return header, payload


def decode64(text):
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def encode64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def json_object(data):
    def refuse(constant):
        raise ValueError(constant)

    value = json.loads(data.decode("utf-8"), parse_constant=refuse)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def jws(raw, algorithm, key):
    signed, _, signature = raw.rpartition(".")
    try:
        return JWSRegistry.algorithms[algorithm].verify(signed.encode(), decode64(signature), key)
    except ValueError:
        return False


def verify_with_secret(settings, secret, name, now, read, verifies):
    """Tries the current version, and in its grace the previous one. One that was rotated in between counts as fetched."""
    if secret is None:
        raise Failure(f"{name}_unavailable")
    try:
        current = read(secret["current"])
    except ValueError:
        raise Failure(f"{name}_invalid") from None
    if verifies(current):
        return True
    grace = number(settings, "APPROOV_PREVIOUS_SECRET_GRACE_SECONDS", 900)
    return "previous" in secret and now - secret["createdAt"] < grace and verifies(read(secret["previous"]))


def member(text, key):
    if key is None:
        return text
    value = json.loads(text)
    if not isinstance(value, dict) or not isinstance(value.get(key), str):
        raise ValueError("no such member")
    return value[key]


@cache
def read_secret(text):
    """Base64 or base64url, padded or not, of 32 bytes or more."""
    text = trim(text)
    bare = text.removesuffix("=").removesuffix("=")
    key = decode64(bare.replace("+", "-").replace("/", "_")) if re.fullmatch(r"[A-Za-z0-9+/]+|[\w-]+", bare, re.A) else b""
    is_padded_right = text == bare or len(text) % 4 == 0
    if not is_padded_right or len(key) < 32 or encode64(key) != bare.replace("+", "-").replace("/", "_"):
        raise ValueError("no secret")
    return key


def keyset_key(world, settings, algorithm, kid):
    text = settings.get("APPROOV_KEYSET_JWKS") or world["keySets"].get(settings["APPROOV_KEYSET_JWKS_URI"])
    if text is None:
        raise Failure("keyset_unavailable")
    if not serves(text, tuple(items(settings, "APPROOV_ALGORITHMS"))):
        raise Failure("keyset_invalid")
    key = choose_key(text, algorithm, kid if isinstance(kid, str) else None)
    if key is None:
        raise Refusal("key_unknown")
    return key


@cache
def serves(text, algorithms):
    """Whether a set has a key for one of these algorithms at all."""
    kids = [None] if text.startswith("-----BEGIN") else {jwk.get("kid") for jwk in json.loads(text)["keys"]}
    return any(choose_key(text, name, kid) for kid in kids for name in algorithms if name in ASYMMETRIC)


@cache
def choose_key(text, algorithm, kid):
    """The one key of a JWK Set (RFC 7517) with this `kid` that is made for exactly this algorithm."""
    kty = "RSA" if algorithm[:2] in ("RS", "PS") else "OKP" if algorithm == "EdDSA" else "EC"
    if text.startswith("-----BEGIN"):
        key = JWKRegistry.import_key(text, kty) if kty == "EC" else None
        return key if key and key.as_dict()["crv"] == CURVES[algorithm] else None
    fitting = {
        json.dumps({name: jwk.get(name) for name in ("kty", "crv", "n", "e", "x", "y")})
        for jwk in json.loads(text)["keys"]
        if isinstance(kid, str)
        and jwk.get("kid") == kid
        and jwk.get("kty") == kty
        and jwk.get("crv") == CURVES.get(algorithm)
        and jwk.get("alg", algorithm) == algorithm
        and jwk.get("use", "sig") == "sig"
        and "verify" in jwk.get("key_ops", ["verify"])
        and "d" not in jwk
        and (kty != "RSA" or is_safe_rsa(jwk))
    }
    if len(fitting) != 1:
        return None
    jwk = {name: value for name, value in json.loads(fitting.pop()).items() if value is not None}
    return {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}[kty].import_key(jwk)


def is_safe_rsa(jwk):
    modulus, exponent = (int.from_bytes(decode64(jwk[name])) for name in ("n", "e"))
    return modulus.bit_length() >= 2048 and exponent >= 3 and exponent % 2 == 1


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def check_types(claims, reason, texts=(), texts_or_lists=(), lists=(), objects=()):
    exp = claims.get("exp")
    valid = is_number(exp) and 0 <= exp <= LATEST
    valid = valid and all(is_number(claims[name]) for name in ("nbf", "iat") if name in claims)
    valid = valid and all(isinstance(claims[name], str) for name in texts if name in claims)
    valid = valid and all(isinstance(claims[n], str) or is_texts(claims[n]) for n in texts_or_lists if n in claims)
    valid = valid and all(is_texts(claims[name]) for name in lists if name in claims)
    valid = valid and all(isinstance(claims[name], dict) for name in objects if name in claims)
    if not valid:
        raise Refusal(reason)


def check_times(claims, tolerance, now, prefix):
    if claims["exp"] + tolerance <= now:
        raise Refusal(f"{prefix}token_expired")
    if claims.get("nbf", 0) - tolerance > now:
        raise Refusal(f"{prefix}token_not_yet_valid")


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def check_binding(settings, request, claims):
    names = items(settings, "APPROOV_BINDING_HEADERS")
    mode = settings.get("APPROOV_BINDING", "required" if names else "off")
    if mode == "off":
        return "off"
    if "pay" not in claims:
        if mode == "required":
            raise Refusal("binding_claim_missing")
        return "absent"
    received = [[trim(value) for value in request.headers.get(name.lower(), [])] for name in names]
    if not all(any(values) for values in received):
        raise Refusal("binding_header_missing")
    digest = hashlib.sha256("".join(values[0] for values in received).encode()).digest()
    expected = base64.b64encode(digest).decode()
    if any(len(values) > 1 for values in received) or claims["pay"] != expected:
        raise Refusal("binding_mismatch")
    return "verified"


# ---- the message signature


def check_signature(settings, world, request, sent, claims, now, found):
    kind = settings["APPROOV_MESSAGE_SIGNING"]
    key_claims = {"install": ["ipk"], "account": ["mskid"], "any": ["ipk", "mskid"]}[kind]
    has_key = any(name in claims for name in key_claims)
    if not has_key and settings.get("APPROOV_MESSAGE_SIGNING_WITHOUT_KEY") == "allow":
        return "absent"
    fields = [", ".join(request.headers.get(name, [])) for name in ("signature-input", "signature")]
    try:
        inputs, signatures = (http_sf.parse(field.encode(), tltype="dictionary") if field else {} for field in fields)
    except ValueError:
        raise Refusal("message_signature_malformed") from None
    if kind == "any":
        kind = "install" if "ipk" in claims and "install" in inputs and "install" in signatures else "account"
    if kind not in inputs or kind not in signatures:
        raise Refusal("message_signature_missing")
    if any(len(set(re.findall(rf"(?:^|, ?){kind}=([^,]*)", field))) > 1 for field in fields):
        raise Refusal("message_signature_malformed")
    components, parameters = inputs[kind]
    signature = signatures[kind][0]
    is_list = isinstance(components, list) and all(type(name) is str for name, _ in components)
    if not is_list or not isinstance(signature, bytes):
        raise Refusal("message_signature_malformed")
    if not all(type(parameters.get(name, 0)) is int for name in ("created", "expires")):
        raise Refusal("message_signature_malformed")
    if ("ipk" if kind == "install" else "mskid") not in claims:
        raise Refusal("message_signature_key_missing")
    public_key = read_install_key(claims["ipk"]) if kind == "install" else None
    names = [name for name, _ in components]
    check_coverage(settings, request, sent, names)
    lines = [f"{item}: {component_value(sent, item)}" for item in (as_item(each) for each in components)]
    tolerance = number(settings, "APPROOV_CLOCK_TOLERANCE_SECONDS", 0)
    age = number(settings, "APPROOV_SIGNATURE_MAX_AGE_SECONDS", 60)
    created = parameters.get("created")
    if created is None or created + age + tolerance < now or created - tolerance > now:
        raise Refusal("message_signature_stale")
    if parameters.get("expires", now + 1) + tolerance <= now:
        raise Refusal("message_signature_stale")
    raw_input = re.search(rf"(?:^|, ?){kind}=(\([^)]*\)[^,]*)", fields[0]).group(1)
    base = "\n".join([*lines, f'"@signature-params": {raw_input}']).encode()
    algorithm = {"install": "ecdsa-p256-sha256", "account": "hmac-sha256"}[kind]
    if parameters.get("alg", algorithm) != algorithm:
        raise Refusal("message_signature_mismatch")
    if not (verifies_install(public_key, base, signature) if public_key else verifies_account(settings, world, claims["mskid"], now, base, signature)):
        raise Refusal("message_signature_mismatch")
    if "content-digest" in names:
        found["contentDigest"] = request.headers["content-digest"][0]
    return kind


def as_item(component):
    item = Item(component[0])
    item.params.update(component[1])
    return item


def component_value(sent, item):
    try:
        return HTTPSignatureComponentResolver(SimpleNamespace(**sent)).resolve(item)
    except Exception:
        raise Refusal("message_signature_coverage") from None


def check_coverage(settings, request, sent, names):
    covered = set(names)
    if "@target-uri" in covered:
        covered |= {"@scheme", "@authority", "@path", "@query"}
    if "@request-target" in covered:
        covered |= {"@path", "@query"}
    required = items(settings, "APPROOV_SIGNATURE_COMPONENTS", "@method,@target-uri,approov-token")
    header = settings.get("APPROOV_TOKEN_HEADER", "Approov-Token").lower()
    for name in required:
        wanted = header if name.lower() == "approov-token" else name.lower()
        parts = {"@authority", "@path"} | ({"@query"} if urlsplit(sent["url"]).query else set())
        if wanted not in covered and not (wanted == "@target-uri" and parts <= covered):
            raise Refusal("message_signature_coverage")
    bound = settings.get("APPROOV_BINDING", "required" if items(settings, "APPROOV_BINDING_HEADERS") else "off")
    if bound != "off" and "authorization" in request.headers and "authorization" not in covered:
        raise Refusal("message_signature_coverage")


def read_install_key(ipk):
    """The P-256 key of `ipk`: standard base64 of an SPKI in DER."""
    try:
        key = serialization.load_der_public_key(base64.b64decode(ipk, validate=True))
    except ValueError:
        raise Refusal("message_signature_key_missing") from None
    return key


def verifies_account(settings, world, mskid, now, base, signature):
    known = []

    def verifies(keys):
        key = keys(mskid)
        known.append(key)
        return bool(key) and hmac.compare_digest(hmac.digest(key, base, "sha256"), signature)

    verified = verify_with_secret(settings, world["secrets"]["account"], "account_key", now, account_keys, verifies)
    if not any(known):
        raise Refusal("message_signature_key_missing")
    return verified


def account_keys(text):
    """One key for every `mskid`, or a JSON object of keys by `mskid`."""
    if not text.lstrip().startswith("{"):
        key = read_secret(text)
        return lambda mskid: key
    keys = {mskid: read_secret(value) for mskid, value in json.loads(text).items()}
    return keys.get


def verifies_install(public_key, base, signature):
    if len(signature) != 64:
        return False
    der = utils.encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        public_key.verify(der, base, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


# ---- the user


def check_user(settings, world, request, now):
    values = [trim(value) for value in request.headers.get(settings.get("APPROOV_USER_HEADER", "Authorization").lower(), [])]
    if not any(values):
        raise Refusal("user_token_missing")
    if len(values) > 1 or "," in values[0]:
        raise Refusal("user_token_ambiguous")
    if request.sources and values[0] not in request.sources:
        raise Failure("identity_source_missing")
    raw = re.sub("^bearer(?: +|$)", "", values[0], flags=re.IGNORECASE)
    if raw == "":
        raise Refusal("user_token_missing")
    header, claims = decompose(raw, "user_")
    algorithm = header.get("alg")
    if algorithm not in items(settings, "APPROOV_USER_ALGORITHMS", "RS256"):
        raise Refusal("user_algorithm_not_allowed")
    wanted = settings.get("APPROOV_USER_TOKEN_TYPE")
    if wanted and media_type(header.get("typ")) != media_type(wanted):
        raise Refusal("user_token_type_mismatch")
    issuers = items(settings, "APPROOV_USER_ISSUER")
    addresses = items(settings, "APPROOV_USER_JWKS_URI") or [f"{each}/.well-known/jwks.json" for each in issuers]
    if len(issuers) > 1 and claims.get("iss") not in issuers:
        raise Refusal("user_issuer_mismatch")
    issuer = claims["iss"] if len(issuers) > 1 else issuers[0]
    text = world["keySets"].get(addresses[issuers.index(issuer)])
    if not isinstance(header.get("kid"), str):
        raise Refusal("user_key_unknown")
    if text is None or not serves(text, tuple(items(settings, "APPROOV_USER_ALGORITHMS", "RS256"))):
        raise Failure("user_keys_unavailable")
    key = choose_key(text, algorithm, header.get("kid"))
    if key is None:
        raise Refusal("user_key_unknown")
    if not jws(raw, algorithm, key):
        raise Refusal("user_signature_mismatch")
    check_types(
        claims,
        "user_claims_invalid",
        texts=["iss", "sub", "client_id", "scope", "token_use", "jti"],
        texts_or_lists=["aud", "scp"],
    )
    if not 1 <= utf16_length(claims.get("sub", "")) <= 255:
        raise Refusal("user_claims_invalid")
    tolerance = number(settings, "APPROOV_USER_CLOCK_TOLERANCE_SECONDS", 0)
    check_times(claims, tolerance, now, "user_")
    if claims.get("iss") != issuer:
        raise Refusal("user_issuer_mismatch")
    cognito = [each for each in issuers if COGNITO.fullmatch(each)]
    token_use = settings.get("APPROOV_USER_TOKEN_USE", "access" if cognito else None)
    if cognito and issuer not in cognito:
        token_use = None
    named = as_list(claims.get("aud"))
    if "aud" not in claims and not (token_use == "id" and claims.get("token_use") == "id"):
        named = as_list(claims.get("client_id"))
    if not set(items(settings, "APPROOV_USER_AUDIENCE")) & set(named):
        raise Refusal("user_audience_mismatch")
    if token_use and claims.get("token_use") != token_use:
        raise Refusal("user_token_use_mismatch")
    scopes = items(settings, "APPROOV_USER_SCOPES")
    granted = words(claims.get("scope")) + words(claims.get("scp"))
    if scopes and not set(scopes) & set(granted):
        raise Refusal("user_scope_missing")
    names = items(settings, "APPROOV_USER_CONTEXT_CLAIMS", "sub,exp,scope,client_id")
    context = {f"user_{name}": flat(claims[name]) for name in names if claims.get(name) is not None}
    if len(issuers) > 1:
        context["user_iss"] = flat(issuer)
    return {"sub": claims["sub"], "until": claims["exp"] + tolerance, "context": context}


def media_type(text):
    return text.lower().removeprefix("application/") if isinstance(text, str) else None


def words(value):
    return value.split(" ") if isinstance(value, str) else value or []


def utf16_length(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(text, str) else 0


# ---- the answer


def policy(settings, request, principal, until=None):
    """A policy, where the event's API takes no simple response."""
    if request.simple and settings.get("APPROOV_HTTP_API_RESPONSE") == "simple":
        return {}
    stage, path = re.fullmatch("([^/]*/[^/]*)(.*)", request.arn, re.DOTALL).groups()
    resource = f"{stage}/*"
    if settings.get("APPROOV_RESOURCE_SCOPE") == "method":
        resource = stage + re.sub(r"\*|\?|\$(?={)", lambda match: f"${{{match.group()}}}", path)
    return {"principalId": principal_id(principal), "until": until, "resource": resource}


def allow(settings, request, claims, found, user, refused):
    mode = settings.get("APPROOV_MODE", "enforce")
    context = {"mode": mode}
    until, names = [], []
    required = ["mode", "verdict", "reason", "binding", "messageSignature", "messageSignatureReason", "exp", "user_exp", "user_sub", "user_iss"]
    if refused:
        context.update(verdict="would-deny", reason=refused)
    else:
        listed = items(settings, "APPROOV_CONTEXT_CLAIMS", "exp,iss,aud,sub,did,ip,arc,anno")
        context.update({name: flat(claims[name]) for name in listed if claims.get(name) is not None})
        context.update(found)
        until.append(claims["exp"] + number(settings, "APPROOV_CLOCK_TOLERANCE_SECONDS", 0))
        names = [claims.get("did"), claims.get("sub")]
    if user:
        context.update(user["context"])
        until.append(user["until"])
        names.insert(0, user["sub"])
    principal = next((name for name in names if name), "approov")
    optional = [name for name in context if name not in required]
    if len(compact(context).encode()) > 4096:
        longest = max(optional, key=lambda name: len(compact(context[name]).encode()))
        context = {name: value for name, value in context.items() if name != longest}
        context["omitted"] = longest
    end = iso(min(until)) if until else None
    return {"effect": "Allow", "context": context, **policy(settings, request, principal, end)}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def iso(seconds):
    return datetime.fromtimestamp(math.floor(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def principal_id(name):
    if re.fullmatch(r"[ -!#-\[\]-~]{1,128}", name):
        return name
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def flat(value):
    """A context value without a character that needs escaping in JSON."""
    if isinstance(value, bool) or is_number(value):
        return value
    if isinstance(value, str) and not re.search(r'["\\\x00-\x1f]|^(?:\[|\{|%22)', value):
        return value
    return re.sub(r'[%+"\\]', lambda match: f"%{ord(match.group()):02X}", compact(value))
