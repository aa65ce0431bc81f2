"""Random settings, keys and requests for the two implementations: mostly good ones with one or two things turned wrong."""

import base64
import hashlib
import hmac
import json
from functools import cache
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from http_message_signatures.resolvers import HTTPSignatureComponentResolver
from http_sf.compat import Item
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

NOW = 1_795_478_164.5
COGNITO = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01"
REPLICA = "https://issuer-cognito-idp.us-west-2.amazonaws.com/eu-west-1_Example01"
HOST = "abc123.execute-api.eu-west-1.amazonaws.com"
OTHER = "https://login.example.com/"

RSA = RSAKey.generate_key(2048)
KEYS = {
    "RS256": RSA,
    "PS256": RSA,
    "ES256": ECKey.generate_key("P-256"),
    "ES384": ECKey.generate_key("P-384"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
}
FOREIGN = {"RS256": RSAKey.generate_key(2048), "ES256": ECKey.generate_key("P-256"), "EdDSA": OKPKey.generate_key("Ed25519")}
SHORT = rsa.generate_private_key(65537, 1024)
INSTALL = ec.generate_private_key(ec.SECP256R1())
SPKI = base64.b64encode(
    INSTALL.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
TEXTS = ["", "a", "ExampleApproovTokenDID==", 'quo"te', "back\\slash", "tab\t", "[list", "{brace", "%22", "50% + 1", "é", "😀", "x" * 129, "x" * 300]


def jwk(key, **members):
    return {**key.as_dict(private=False), **members}


def key_set(random, prefix):
    """A JWK Set with a key for each algorithm, and sometimes a repeated key or two keys of one kid."""
    keys = [jwk(KEYS[name], kid=f"{prefix}-{name}", alg=name, use="sig") for name in KEYS]
    if random.random() < 0.2:
        keys.append(dict(random.choice(keys)))
    if random.random() < 0.1:
        keys.append(jwk(FOREIGN["ES256"], kid=f"{prefix}-ES256"))
    if random.random() < 0.5:
        keys += unfit_keys()
    return json.dumps({"keys": keys})


@cache
def unfit_keys():
    """Keys of FOREIGN that must verify nothing, by the `kid` that says why."""
    es256, rs256 = FOREIGN["ES256"], jwk(FOREIGN["RS256"])
    n = encode(SHORT.public_key().public_numbers().n.to_bytes(128))
    return [
        jwk(es256, kid="use", use="enc"),
        jwk(es256, kid="operation", key_ops=["encrypt"]),
        jwk(es256, kid="algorithm", alg="ES384"),
        {**es256.as_dict(private=True), "kid": "private"},
        {"kty": "RSA", "n": n, "e": "AQAB", "kid": "short"},
        {**rs256, "e": "AQ", "kid": "exponent"},
        {"kty": "oct", "k": encode(b"k" * 32), "kid": "symmetric"},
        jwk(es256),
    ]


UNFIT = ["use", "operation", "algorithm", "private", "short", "exponent", "symmetric", "unknown", None, 7]


def world_of(random):
    """Settings, secrets and key sets. About 40 requests go to each."""
    settings = {"APPROOV_LOG_LEVEL": "debug"}
    secrets, sets = {}, {}
    world = {"secrets": secrets, "keySets": sets, "bytes": {}}

    def maybe(name, values, share=0.3):
        if random.random() < share:
            settings[name] = random.choice(values)

    algorithms = random.choice(["HS256"] * 6 + ["HS256,ES256", "ES256,RS256", "EdDSA,ES384", "PS256,HS256"])
    if algorithms != "HS256":
        settings["APPROOV_ALGORITHMS"] = algorithms
        case = random.random()
        if case < 0.2 and "ES256" in algorithms:
            settings["APPROOV_KEYSET_JWKS"] = KEYS["ES256"].as_pem(private=False).decode()
        elif case < 0.4:
            settings["APPROOV_KEYSET_JWKS"] = key_set(random, "approov")
        else:
            settings["APPROOV_KEYSET_JWKS_URI"] = "https://keys.example.com/approov"
            sets["https://keys.example.com/approov"] = key_set(random, "approov") if random.random() < 0.95 else None
    if "HS256" in algorithms:
        settings["APPROOV_SECRET_ID"] = "token"
        if random.random() < 0.2:
            settings["APPROOV_SECRET_JSON_KEY"] = "secret"
        write = lambda text: json.dumps({"secret": text}) if "APPROOV_SECRET_JSON_KEY" in settings else text
        secrets["token"] = version(random, world, "token", write)
    maybe("APPROOV_TOKEN_HEADER", ["X-App-Token"], 0.1)
    maybe("APPROOV_TOKEN_PREFIX", ["Bearer"], 0.2)
    maybe("APPROOV_TOKEN_QUERY_PARAMETER", ["approov_token"], 0.3)
    maybe("APPROOV_BINDING_HEADERS", ["Authorization", "Authorization, X-Device"])
    if "APPROOV_BINDING_HEADERS" in settings:
        maybe("APPROOV_BINDING", ["off", "if-present", "required"], 0.5)
    maybe("APPROOV_ISSUER", ["acme.approov.io"], 0.2)
    maybe("APPROOV_AUDIENCE", ["api.example.com", "api.example.com, other"], 0.2)
    maybe("APPROOV_CLOCK_TOLERANCE_SECONDS", ["0", "5", "60"], 0.2)
    maybe("APPROOV_MODE", ["report-only"], 0.1)
    maybe("APPROOV_PREVIOUS_SECRET_GRACE_SECONDS", ["0", "100000"], 0.2)
    maybe("APPROOV_RESOURCE_SCOPE", ["method"], 0.3)
    maybe("APPROOV_PUBLIC_ORIGIN", ["https://api.example.com"], 0.2)
    maybe("APPROOV_PUBLIC_BASE_PATH", ["/v1"], 0.2)
    maybe("APPROOV_CONTEXT_CLAIMS", ["exp,custom,anno", "exp,sub,did,custom", "exp"], 0.2)
    settings["APPROOV_DENIAL"] = random.choice(["policy", "policy", "policy", "unauthorized"])
    if settings["APPROOV_DENIAL"] == "policy":
        maybe("APPROOV_DENIAL_ARC", ["on"], 0.2)
    if random.random() < 0.4:
        settings["APPROOV_MESSAGE_SIGNING"] = random.choice(["install", "account", "any"])
        maybe("APPROOV_MESSAGE_SIGNING_MODE", ["report-only"], 0.2)
        maybe("APPROOV_MESSAGE_SIGNING_WITHOUT_KEY", ["allow"], 0.3)
        maybe("APPROOV_SIGNATURE_MAX_AGE_SECONDS", ["1", "30", "3600"], 0.3)
        maybe("APPROOV_SIGNATURE_COMPONENTS", ["@method,@target-uri,approov-token,content-digest", "@method"], 0.2)
        if settings["APPROOV_MESSAGE_SIGNING"] != "install":
            settings["APPROOV_ACCOUNT_KEY_ID"] = "account"
            mskid = random.choice(["key-1", "key-1", "key-2"])
            write = random.choice([lambda text: text, lambda text: json.dumps({mskid: text})])
            secrets["account"] = version(random, world, "account", write)
    if random.random() < 0.5:
        maybe("APPROOV_HTTP_API_RESPONSE", ["simple"], 0.3)
    else:
        settings["APPROOV_USER_AUTH"] = "jwt"
        issuers = random.choice([[COGNITO], [OTHER], [COGNITO, REPLICA], [COGNITO, OTHER], [OTHER, "https://second.example.com"]])
        settings["APPROOV_USER_ISSUER"] = ", ".join(issuers)
        addresses = [f"{issuer}/.well-known/jwks.json" for issuer in issuers]
        if any("example.com" in issuer for issuer in issuers) or random.random() < 0.3:
            addresses = [f"https://keys.example.com/{index}" for index in range(len(issuers))]
            settings["APPROOV_USER_JWKS_URI"] = ",".join(addresses)
        for index, address in enumerate(addresses):
            sets[address] = key_set(random, f"user{index}") if random.random() < 0.95 else None
        settings["APPROOV_USER_AUDIENCE"] = random.choice(["client-1", "client-1, client-2"])
        maybe("APPROOV_USER_ALGORITHMS", ["RS256,ES256", "ES256", "EdDSA,ES256"], 0.7)
        maybe("APPROOV_USER_TOKEN_USE", ["id", "access"], 0.2)
        maybe("APPROOV_USER_TOKEN_TYPE", ["at+jwt"], 0.1)
        maybe("APPROOV_USER_SCOPES", ["read, write", "admin"], 0.3)
        maybe("APPROOV_USER_HEADER", ["X-User-Token"], 0.2)
        maybe("APPROOV_USER_CONTEXT_CLAIMS", ["sub,exp,cognito:groups,custom"], 0.2)
        maybe("APPROOV_USER_CLOCK_TOLERANCE_SECONDS", ["10"], 0.2)
    return settings, world


def version(random, world, name, write=lambda text: text):
    """A secret as Secrets Manager has it, in one of the forms that people store. Its bytes go to `world["bytes"]`."""
    keys = {stage: random.randbytes(random.choice([32, 64])) for stage in ("current", "previous", "first")}
    world["bytes"][name] = keys
    case = random.random()
    if case < 0.03:
        return None
    if case < 0.08:
        return {"current": random.choice(["", "A" * 44 + "=", "no base64" * 9, "A" * 42 + "B", encode(bytes(31))]), "createdAt": NOW}
    forms = [lambda key: base64.b64encode(key).decode(), encode, lambda key: f" {base64.b64encode(key).decode()}\n"]
    texts = {stage: write(random.choice(forms)(key)) for stage, key in keys.items()}
    secret = {"current": texts["current"], "createdAt": NOW - random.choice([10, 500, 899, 900, 5000])}
    if random.random() < 0.7:
        secret["previous"] = texts["previous"]
    if random.random() < 0.4:
        secret["first"] = texts["first"]
    return secret


def request_of(random, settings, world):
    """One request as the client sends it, and its event: `(event, sent)`."""
    hostile = random.random
    api = random.choice(["rest", "http1", "http2", "websocket"])
    method = "GET" if api == "websocket" else random.choice(["GET", "POST", "DELETE"])
    path = random.choice(["/hello", "/items/42", "/a/b"]) if api != "websocket" else ""
    query = random.choice(["", "", "a=1", "b=x%20y", "a=1&b=2", "d=4&a=1&c=&b=2"])
    origin = settings.get("APPROOV_PUBLIC_ORIGIN", f"https://{HOST}")
    url = f"{origin}{settings.get('APPROOV_PUBLIC_BASE_PATH', '/prod')}{path}{'?' + query if query else ''}"
    headers = [("X-Device", random.choice(["device 1", " device 1 "]))] * random.choice([0] + [1] * 30 + [2])

    user = None
    if settings.get("APPROOV_USER_AUTH") == "jwt" and hostile() < 0.95:
        user = user_token(random, settings)
        user = random.choice(["Bearer ", "bearer ", ""]) + user
        headers.append((settings.get("APPROOV_USER_HEADER", "Authorization"), user))
        if hostile() < 0.02:
            headers.append(random.choice([headers[-1], (headers[-1][0], "Bearer")]))
    if "Authorization" not in dict(headers) and hostile() < 0.7:
        headers.append(("Authorization", "Bearer opaque"))

    token, claims = approov_token(random, settings, world, dict(headers))
    prefix = settings.get("APPROOV_TOKEN_PREFIX")
    value = f"{prefix} {token}" if prefix and hostile() < 0.9 else token
    parameters = parse_qsl(query, keep_blank_values=True)
    if hostile() < 0.5:
        random.shuffle(parameters)
    name = settings.get("APPROOV_TOKEN_HEADER", "Approov-Token")
    case = hostile()
    if case < 0.03:
        headers.append(("Approov-Status", random.choice(["no_network", "rejected", " "])))
    elif case < 0.06:
        words = ["NO_NETWORK", "no_network", "rejected", "Rejected", "nonetwork", "", " ", "junk", "a.b.c", "Bearer", "BEARER", "Bearer NO_NETWORK", f"Basic {token}"]
        headers.append((name, random.choice(words)))
    elif case < 0.08:
        headers += [(name, value), (name, random.choice([value, "other"]))]
    elif case < 0.12 or (case < 0.4 and api == "websocket" and "APPROOV_TOKEN_QUERY_PARAMETER" in settings):
        parameter = random.choice(["approov_token"] * 3 + ["approov-token"])
        parameters.append((parameter, token))
        url += f"{'&' if query else '?'}{parameter}={quote(token)}"
    elif case < 0.14:
        headers.append((name.lower(), value))
    elif case > 0.02:
        headers.append((name, value))

    sent = {"method": method, "url": url, "headers": headers}
    if settings.get("APPROOV_MESSAGE_SIGNING", "off") != "off" and hostile() < 0.93:
        sign(random, settings, world, sent, claims)
    sources = random.choice([None, None, "all", "token"])
    event = event_of(random, api, sent, parameters, path)
    if api.startswith("http") and sources:
        first = [value for other, value in sent["headers"] if other.lower() == name.lower()][:1]
        values = first + [user] if sources == "all" and user else first
        if values and not any("," in value for value in values):
            event["identitySource"] = values if api == "http2" else ",".join(values)
    if hostile() < 0.01:
        event = random.choice([
            {}, [], None, {"type": "TOKEN"}, {**event, "type": "TOKEN"}, {**event, "type": "request"}, {**event, "methodArn": 1, "routeArn": 1},
            {**event, "headers": []}, {**event, "headers": {"A": 1}}, {**event, "methodArn": "x", "routeArn": "x"},
        ])
    elif "multiValueHeaders" in event and hostile() < 0.1 and all(len(values) == 1 for values in event["multiValueHeaders"].values()):
        event[random.choice(["headers", "multiValueHeaders"])] = None
    elif event.get("headers") and hostile() < 0.01:
        event["headers"][random.choice([name, "X-Device"])] = "other"
    return event, {**sent, "headers": joined(sent["headers"])}


def joined(headers):
    fields = {}
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in fields.items()}


def event_of(random, api, sent, parameters, path):
    odd = random.choice(["", "", "/*", "/?", "/${a}"])
    arn = f"arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/{sent['method']}{path}{odd}"
    context = {"stage": "prod", "apiId": "abc123", "requestId": "r", "domainName": HOST}
    if api == "http2":
        fields = {}
        for name, value in sent["headers"]:
            fields.setdefault(name.lower(), []).append(value)
        return {
            "version": "2.0",
            "type": "REQUEST",
            "routeArn": arn,
            "routeKey": f"{sent['method']} {path}",
            "rawPath": f"/prod{path}",
            "rawQueryString": urlsplit(sent["url"]).query,
            "headers": {name: ",".join(values) for name, values in fields.items()},
            "requestContext": {**context, "http": {"method": sent["method"], "path": f"/prod{path}"}},
        }
    multi = {}
    for name, value in sent["headers"]:
        multi.setdefault(name, []).append(value)
    event = {
        "type": "REQUEST",
        "methodArn": arn,
        "headers": {name: values[-1] for name, values in multi.items()},
        "multiValueHeaders": multi,
        "requestContext": {**context, "path": f"/prod{path}", "httpMethod": sent["method"]},
    }
    if parameters:
        event["queryStringParameters"] = dict(parameters)
        event["multiValueQueryStringParameters"] = {}
        for name, value in parameters:
            event["multiValueQueryStringParameters"].setdefault(name, []).append(value)
    if api == "websocket":
        event["methodArn"] = "arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/$connect"
        event["requestContext"] = {**context, "eventType": "CONNECT", "connectionId": "c", "routeKey": "$connect"}
        return event
    event.update(resource=path, path=path if api == "rest" else f"/prod{path}", httpMethod=sent["method"])
    return {**event, "version": "1.0"} if api == "http1" else event


# ---- tokens


def approov_token(random, settings, world, headers):
    claims = {"exp": NOW + random.choice([300, 300.25, 3600])}
    optional = {
        "iss": "acme.approov.io",
        "aud": random.choice(["api.example.com", ["other", "api.example.com"], ["api.example.com", 'b"c']]),
        "sub": random.choice(TEXTS),
        "did": random.choice(TEXTS),
        "ip": "1.2.3.4",
        "arc": "IXPSB7TRK26LXE3M",
        "anno": random.choice([[], ["one"], ['quo"te', "é"]]),
        "embed": {"hcap:key": {"a": 1}},
        "custom": random.choice([1.5, True, None, "text", '"', {"a": ["b+c"]}, [1, None], -0.5, "long" * 1000]),
        "iat": NOW - 10,
        "nbf": NOW - random.choice([10, 10, 0, -3, -100]),
        "ipk": SPKI if random.random() < 0.97 else random.choice(["AAAA", "", SPKI + "AAAA", SPKI[:-4]]),
        "mskid": "key-1",
    }
    shares = {"iss": 0.9, "aud": 0.9, "ipk": 0.85, "mskid": 0.85, "nbf": 0.1, "embed": 0.1}
    claims.update({name: value for name, value in optional.items() if random.random() < shares.get(name, 0.5)})
    bound = [name.strip() for name in settings.get("APPROOV_BINDING_HEADERS", "").split(",") if name.strip()]
    if bound and random.random() < 0.92:
        text = "".join(headers.get(name, "").strip() for name in bound)
        if random.random() < 0.05:
            text += "x"
        claims["pay"] = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    case = random.random()
    if case < 0.06:
        claims["exp"] = NOW - random.choice([0, 1, 4, 5, 60, 61, 1e6])
    elif case < 0.1:
        claims[random.choice(list(claims))] = random.choice([None, 1, "x", [1], True, {}, 1e300, -1, 253402300800])
    elif case < 0.11:
        del claims["exp"]
    elif case < 0.13:
        claims["iss"], claims["aud"] = "other", "other"
    algorithms = settings.get("APPROOV_ALGORITHMS", "HS256").split(",")
    algorithm = random.choice(algorithms) if random.random() < 0.97 else random.choice(["HS256", "ES256", "RS256", "none", "hs256"])
    header = {"alg": algorithm, "typ": "JWT"}
    if algorithm in KEYS:
        header["kid"] = f"approov-{algorithm}" if random.random() < 0.95 else random.choice(UNFIT)
        key = KEYS[algorithm]
    else:
        key = OctKey.import_key(secret_key(random, world, "token"))
    return write_jws(random, header, claims, key, algorithm), claims


def secret_key(random, world, name):
    keys = world["bytes"].get(name)
    return keys[random.choice(["current"] * 3 + ["previous"])] if keys else b"k" * 32


def user_token(random, settings):
    issuers = [text.strip() for text in settings["APPROOV_USER_ISSUER"].split(",")]
    index = random.randrange(len(issuers))
    use = settings.get("APPROOV_USER_TOKEN_USE", "access")
    claims = {"iss": issuers[index], "exp": NOW + random.choice([60, 600.5]), "sub": random.choice(["user-1", "é", "x" * 200, 'q"', "s" * 255]), "token_use": use}
    if random.random() < (0.9 if use == "id" else 0.5):
        claims["aud"] = random.choice(["client-1", ["x", "client-1"], "client-1", "client-2"])
    if random.random() < 0.95:
        claims["client_id"] = random.choice(["client-1"] * 9 + ["client-3"])
    claims["scope"] = random.choice(["read", "write admin", "other", "admin"])
    if random.random() < 0.2:
        claims["scp"] = random.choice([["admin"], "read x"])
    if random.random() < 0.3:
        claims["cognito:groups"] = ["one", "two"]
    case = random.random()
    if case < 0.05:
        claims["exp"] = NOW - random.choice([0, 1, 9, 10, 100])
    elif case < 0.12:
        claims[random.choice(list(claims))] = random.choice([None, 1, "x", [1], True, {}, "", "s" * 256])
    elif case < 0.15:
        claims["iss"] = random.choice([COGNITO, OTHER, REPLICA, "https://evil.example.com", "https://second.example.com"])
    elif case < 0.17:
        del claims[random.choice(list(claims))]
    elif case < 0.2:
        claims["token_use"] = "other"
    elif case < 0.22:
        claims["nbf"] = NOW + random.choice([0, 5, 10, 50])
    algorithms = [text.strip() for text in settings.get("APPROOV_USER_ALGORITHMS", "RS256").split(",")]
    algorithm = random.choice(algorithms) if random.random() < 0.97 else random.choice(["ES256", "HS256", "none"])
    key = KEYS.get(algorithm) or OctKey.import_key(b"k" * 32)
    header = {"alg": algorithm, "kid": f"user{index}-{algorithm}"}
    if random.random() < 0.5:
        header["typ"] = random.choice(["at+jwt", "application/AT+JWT", "JWT"])
    if random.random() < 0.05:
        header["kid"] = random.choice([*UNFIT, "user0-ES256", "user1-ES256"])
    return write_jws(random, header, claims, key, algorithm)


DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
ODD_PARTS = ["", "e30", "e31", "eyJ", "e30=", *(base64.urlsafe_b64encode(data).decode().rstrip("=") for data in (
    b"[]", b"\xff", b"{", b"null", b'{"a":"\xff"}', b'{"a":NaN}', b'{"exp":1,"exp":2e9}', b'{"__proto__":{"exp":2e9}}', b"\xef\xbb\xbf{}", b'{"a":"\xed\xa0\x80"}', b'{"exp":1e999}'))]


def write_jws(random, header, claims, key, algorithm):
    case = random.random()
    if case < 0.01:
        header[random.choice(["crit", "b64", "enc", "jku", "x5c"])] = ["x"]
    if header.get("kid") in UNFIT:
        key = FOREIGN.get(algorithm, key)
    foreign = FOREIGN.get(algorithm) or (OctKey.import_key(b"f" * 32) if algorithm == "HS256" else None)
    if 0.01 < case < 0.05 and foreign:
        key = foreign
    parts = [encode(json.dumps(part).encode()) for part in (header, claims)]
    if case > 0.99:
        parts[random.randrange(2)] = random.choice(ODD_PARTS)
    signed = ".".join(parts)
    signature = b"" if algorithm not in JWSRegistry.algorithms or algorithm == "none" else JWSRegistry.algorithms[algorithm].sign(signed.encode(), key)
    if algorithm == "RS256" and header.get("kid") == "exponent":
        # With the exponent 1 anybody can sign: the signature is the padded digest itself.
        signature = (b"\0\1" + b"\xff" * 202 + b"\0" + DIGEST_INFO + hashlib.sha256(signed.encode()).digest())
    if algorithm == "RS256" and header.get("kid") == "short":
        signature = SHORT.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    if 0.05 < case < 0.06:
        signature = signature[:-1] + bytes([signature[-1] ^ 1]) if signature else b"x"
    token = f"{signed}.{encode(signature)}"
    if 0.06 < case < 0.063:
        token = random.choice([token + "=", token + ".", token[:-1], respelt(token), respelt(token), token + "A" * 9000, token.replace(".", "..", 1), f"x.{token}"])
    return token


def respelt(token):
    """The same bytes, with another last character, where that has bits to spare."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[(alphabet.index(token[-1]) + 1) % 64] if token[-1] in alphabet else token + "A"


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# ---- message signatures


def sign(random, settings, world, sent, claims):
    """Adds the two signature fields of an app, sometimes of a request that was altered afterwards."""
    names = {name.lower() for name, _ in sent["headers"]}
    if random.random() < 0.5:
        sent["headers"].append(("Content-Digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"))
        names.add("content-digest")
    token = settings.get("APPROOV_TOKEN_HEADER", "Approov-Token").lower()
    target = random.choice([["@target-uri"], ["@target-uri"], ["@authority", "@path", "@query"], ["@authority", "@path"], ["@path"]])
    covered = ["@method", *target, *(name for name in (token, "authorization", "content-digest") if name in names and random.random() < 0.97)]
    if random.random() < 0.05:
        covered.append(random.choice(covered))
    if random.random() < 0.03:
        covered.append(random.choice(["x-missing", "@unknown", "@scheme", "@request-target"]))
    now = int(NOW)
    labels = random.choice([["install"], ["account"], ["install", "account"], ["account", "install", "other"]])
    if random.random() < 0.8:
        wanted = settings["APPROOV_MESSAGE_SIGNING"]
        labels = ["install", "account"] if wanted == "any" else [wanted]
    inputs, signatures = [], []
    for label in labels:
        created = now - random.choice([0, 0, 5, 20, 30, 31, 40, 60, 61, 100, -3, -5, -6, -100])
        parameters = f";created={created}" if random.random() < 0.98 else ""
        if random.random() < 0.7:
            parameters += f";expires={created + random.choice([15, 15, 150])}"
        if random.random() < 0.5:
            parameters += f';alg="{"hmac-sha256" if label == "account" else "ecdsa-p256-sha256"}"'
        elif random.random() < 0.05:
            parameters += ';alg="rsa-v1_5-sha256"'
        text = "(" + " ".join(f'"{name}"' for name in covered) + ")" + parameters
        message = SimpleNamespace(method=sent["method"], url=sent["url"], headers=joined(sent["headers"]))
        resolver = HTTPSignatureComponentResolver(message)
        lines = [f'"{name}": {resolver.resolve(Item(name)) if name not in ("x-missing", "@unknown") else ""}' for name in covered]
        base = "\n".join([*lines, f'"@signature-params": {text}']).encode()
        inputs.append(f"{label}={text}")
        signatures.append(f"{label}=:{base64.b64encode(signature_of(random, world, label, base)).decode()}:")
    case = random.random()
    if case > 0.96:
        repeated = random.randrange(len(inputs))
        inputs.append(inputs[repeated] if case > 0.98 else inputs[repeated].replace("created=1", "created=2"))
    if case < 0.02:
        inputs[0] = labels[0] + random.choice(["", "=1", "=(", "=(a b)"])
    elif case < 0.04:
        signatures[0] = labels[0] + random.choice(["=1", "::", "=:!:"])
    sent["headers"] += [("Signature-Input", ", ".join(inputs))]
    if not 0.04 < case < 0.06:
        sent["headers"] += [("Signature", ", ".join(signatures))]
    if random.random() < 0.1:
        alter(random, sent)


def signature_of(random, world, label, base):
    if label == "install":
        der = INSTALL.sign(base, ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(der)
        signature = r.to_bytes(32) + s.to_bytes(32)
    else:
        signature = hmac.digest(secret_key(random, world, "account"), base, "sha256")
    return signature if random.random() < 0.96 else random.choice([signature[:-1], bytes(64), b""])


def alter(random, sent):
    case = random.random()
    # A handshake is a GET, whatever its event leaves out.
    if case < 0.3 and urlsplit(sent["url"]).path not in ("/prod", "/v1"):
        sent["method"] = {"GET": "POST", "POST": "PUT", "DELETE": "GET"}.get(sent["method"], "GET")
    elif case < 0.6:
        sent["headers"] = [(name, value + "x" if name in ("Authorization", "Content-Digest") else value) for name, value in sent["headers"]]
    else:
        sent["headers"].append(("X-Added", "1"))
