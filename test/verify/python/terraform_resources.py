"""The AWS calls of the stand-in provider, one table entry for each kind of resource. boto3 checks their names and types,
and moto answers them."""

import json

from botocore.exceptions import ClientError

from terraform_api_resources import API_RESOURCES
from terraform_shared import ACCOUNT, REGION, Resource, call, client, first, found_in, given, name_of, tag_list


def function_configuration(state):
    logging, environment = first(state["logging_config"]), first(state["environment"])
    vpc, tracing = first(state["vpc_config"]), first(state["tracing_config"])
    return given(
        FunctionName=state["function_name"],
        Role=state["role"],
        Handler=state["handler"],
        Runtime=state["runtime"],
        Description=state["description"],
        Timeout=state["timeout"],
        MemorySize=state["memory_size"],
        Environment={"Variables": environment.get("variables") or {}},
        LoggingConfig=given(LogFormat=logging.get("log_format"), LogGroup=logging.get("log_group")),
        VpcConfig=given(SubnetIds=vpc.get("subnet_ids"), SecurityGroupIds=vpc.get("security_group_ids")),
        TracingConfig=given(Mode=tracing.get("mode")),
        Layers=state["layers"],
    )


def create_function(state):
    if state["filename"]:
        with open(state["filename"], "rb") as file:
            code = {"ZipFile": file.read()}
    else:
        code = given(S3Bucket=state["s3_bucket"], S3Key=state["s3_key"], S3ObjectVersion=state["s3_object_version"])
    options = given(Architectures=state["architectures"], Tags=state["tags"])
    made = client("lambda").create_function(Code=code, **function_configuration(state), **options)
    arn = made["FunctionArn"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
    return {"id": state["function_name"], "arn": arn, "invoke_arn": uri, "version": "$LATEST"}


def read_function(state):
    found = client("lambda").get_function_configuration(FunctionName=state["id"])
    return {
        "runtime": found["Runtime"],
        "memory_size": found["MemorySize"],
        "timeout": found["Timeout"],
        "environment": [{"variables": found["Environment"]["Variables"]}],
    }


def create_log_group(state):
    client("logs").create_log_group(**given(logGroupName=state["name"], tags=state["tags"]))
    if state["retention_in_days"]:
        client("logs").put_retention_policy(logGroupName=state["name"], retentionInDays=state["retention_in_days"])
    return {"id": state["name"], "arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{state['name']}"}


def read_log_group(state):
    groups = client("logs").describe_log_groups(logGroupNamePrefix=state["id"])["logGroups"]
    return found_in(groups, lambda group: {"retention_in_days": group.get("retentionInDays", 0)})


def put_metric_filter(state):
    client("logs").put_metric_filter(
        filterName=state["name"],
        logGroupName=state["log_group_name"],
        filterPattern=state["pattern"],
        metricTransformations=[
            given(
                metricNamespace=each["namespace"],
                metricName=each["name"],
                metricValue=each["value"],
                unit=each["unit"],
                dimensions=each["dimensions"],
            )
            | ({} if each["default_value"] is None else {"defaultValue": float(each["default_value"])})
            for each in state["metric_transformation"]
        ],
    )
    return {"id": state["name"]}


def read_metric_filter(state):
    filters = client("logs").describe_metric_filters(
        logGroupName=state["log_group_name"], filterNamePrefix=state["name"]
    )["metricFilters"]
    return found_in(filters, lambda found: {"pattern": found["filterPattern"]})


def dimension_list(dimensions):
    return [{"Name": name, "Value": value} for name, value in (dimensions or {}).items()]


def metric_query(query):
    metric = first(query["metric"])
    stat = metric and {
        "Metric": given(
            Namespace=metric["namespace"],
            MetricName=metric["metric_name"],
            Dimensions=dimension_list(metric["dimensions"]),
        ),
        "Period": int(metric["period"]),
        "Stat": metric["stat"],
    }
    options = given(Id=query["id"], Expression=query["expression"], Label=query["label"], MetricStat=stat)
    # The provider sends false where nothing is given, and CloudWatch then has no result to compare.
    return options | {"ReturnData": bool(query["return_data"])}


def put_alarm(state):
    queries = [metric_query(query) for query in state["metric_query"] or []]
    if queries and sum(query["ReturnData"] for query in queries) != 1:
        raise ValueError("ValidationError: exactly one metric query must return data")
    client("cloudwatch").put_metric_alarm(
        **given(
            AlarmName=state["alarm_name"],
            AlarmDescription=state["alarm_description"],
            Namespace=state["namespace"],
            MetricName=state["metric_name"],
            Statistic=state["statistic"],
            Period=state["period"],
            EvaluationPeriods=state["evaluation_periods"],
            DatapointsToAlarm=state["datapoints_to_alarm"],
            ComparisonOperator=state["comparison_operator"],
            TreatMissingData=state["treat_missing_data"],
            Dimensions=dimension_list(state["dimensions"]),
            Metrics=queries,
            AlarmActions=state["alarm_actions"],
            OKActions=state["ok_actions"],
            Tags=tag_list(state),
        ),
        Threshold=float(state["threshold"]),
    )
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{state['alarm_name']}"
    return {"id": state["alarm_name"], "arn": arn}


def read_alarm(state):
    alarms = client("cloudwatch").describe_alarms(AlarmNames=[state["id"]])["MetricAlarms"]
    return found_in(alarms, lambda alarm: {"threshold": alarm["Threshold"]})


def put_dashboard(state):
    client("cloudwatch").put_dashboard(
        DashboardName=state["dashboard_name"], DashboardBody=json.dumps(json.loads(state["dashboard_body"]))
    )
    return {"id": state["dashboard_name"], "dashboard_arn": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard"}


def create_role(state):
    role = client("iam").create_role(
        **given(
            RoleName=name_of(state),
            AssumeRolePolicyDocument=state["assume_role_policy"],
            PermissionsBoundary=state["permissions_boundary"],
            Tags=tag_list(state),
        )
    )["Role"]
    return {"id": role["RoleName"], "name": role["RoleName"], "arn": role["Arn"], "unique_id": role["RoleId"]}


def put_role_policy(state):
    client("iam").put_role_policy(RoleName=state["role"], PolicyName=state["name"], PolicyDocument=state["policy"])
    return {"id": f"{state['role']}:{state['name']}"}


def of_policy(state):
    return {"RoleName": state["role"], "PolicyName": state["name"]}


def create_secret(state):
    made = client("secretsmanager").create_secret(
        **given(
            Name=name_of(state), Description=state["description"], KmsKeyId=state["kms_key_id"], Tags=tag_list(state)
        )
    )
    return {"id": made["ARN"], "arn": made["ARN"], "name": made["Name"]}


def create_user_pool(state):
    made = client("cognito-idp").create_user_pool(PoolName=state["name"])["UserPool"]
    return {"id": made["Id"], "arn": made["Arn"], "endpoint": f"cognito-idp.{REGION}.amazonaws.com/{made['Id']}"}


def of_pool_client(state):
    return {"UserPoolId": state["user_pool_id"], "ClientId": state["id"]}


def add_permission(state):
    client("lambda").add_permission(
        FunctionName=state["function_name"],
        StatementId=state["statement_id"],
        Action=state["action"],
        Principal=state["principal"],
        SourceArn=state["source_arn"],
    )
    return {"id": state["statement_id"]}


def read_permission(state):
    policy = json.loads(client("lambda").get_policy(FunctionName=state["function_name"])["Policy"])
    own = [statement for statement in policy["Statement"] if statement["Sid"] == state["id"]]
    return found_in(own, lambda statement: {"source_arn": statement["Condition"]["ArnLike"]["AWS:SourceArn"]})


by_arn = {"sns": lambda state: {"TopicArn": state["arn"]}, "secret": lambda state: {"SecretId": state["arn"]}}

RESOURCES = {
    "aws_lambda_function": Resource(
        create_function,
        read_function,
        call("lambda", "delete_function", lambda s: {"FunctionName": s["id"]}),
        lambda state, prior: client("lambda").update_function_configuration(**function_configuration(state)),
    ),
    "aws_lambda_permission": Resource(
        add_permission,
        read_permission,
        call("lambda", "remove_permission", lambda s: {"FunctionName": s["function_name"], "StatementId": s["id"]}),
    ),
    "aws_cloudwatch_log_group": Resource(
        create_log_group, read_log_group, call("logs", "delete_log_group", lambda s: {"logGroupName": s["id"]})
    ),
    "aws_cloudwatch_log_metric_filter": Resource(
        put_metric_filter,
        read_metric_filter,
        call(
            "logs", "delete_metric_filter", lambda s: {"filterName": s["name"], "logGroupName": s["log_group_name"]}
        ),
    ),
    "aws_cloudwatch_metric_alarm": Resource(
        put_alarm, read_alarm, call("cloudwatch", "delete_alarms", lambda s: {"AlarmNames": [s["id"]]})
    ),
    "aws_cloudwatch_dashboard": Resource(
        put_dashboard,
        call("cloudwatch", "get_dashboard", lambda s: {"DashboardName": s["id"]}),
        call("cloudwatch", "delete_dashboards", lambda s: {"DashboardNames": [s["id"]]}),
    ),
    "aws_iam_role": Resource(
        create_role,
        call("iam", "get_role", lambda s: {"RoleName": s["id"]}),
        call("iam", "delete_role", lambda s: {"RoleName": s["id"]}),
    ),
    "aws_iam_role_policy": Resource(
        put_role_policy, call("iam", "get_role_policy", of_policy), call("iam", "delete_role_policy", of_policy)
    ),
    "aws_secretsmanager_secret": Resource(
        create_secret,
        call("secretsmanager", "describe_secret", by_arn["secret"]),
        call("secretsmanager", "delete_secret", by_arn["secret"]),
    ),
    "aws_cognito_user_pool": Resource(
        create_user_pool,
        call("cognito-idp", "describe_user_pool", lambda s: {"UserPoolId": s["id"]}),
        call("cognito-idp", "delete_user_pool", lambda s: {"UserPoolId": s["id"]}),
    ),
    "aws_cognito_user_pool_client": Resource(
        call(
            "cognito-idp",
            "create_user_pool_client",
            lambda s: {"UserPoolId": s["user_pool_id"], "ClientName": s["name"]},
            lambda made: {"id": made["UserPoolClient"]["ClientId"]},
        ),
        call("cognito-idp", "describe_user_pool_client", of_pool_client),
        call("cognito-idp", "delete_user_pool_client", of_pool_client),
    ),
    "aws_sns_topic": Resource(
        lambda s: (lambda arn: {"id": arn, "arn": arn})(client("sns").create_topic(Name=s["name"])["TopicArn"]),
        call("sns", "get_topic_attributes", by_arn["sns"]),
        call("sns", "delete_topic", by_arn["sns"]),
    ),
    **API_RESOURCES,
}


def create(kind, state):
    return state | RESOURCES[kind].create(state)


def read(kind, state):
    """The state as AWS has it, or None where the resource is gone."""
    try:
        found = RESOURCES[kind].read(state)
    except ClientError as error:
        if "NotFound" in error.response["Error"]["Code"] or "NoSuch" in error.response["Error"]["Code"]:
            return None
        raise
    return None if found is None else state | found


def update(kind, prior, planned):
    if RESOURCES[kind].update is None:
        raise NotImplementedError("the stand-in cannot change this kind of resource")
    RESOURCES[kind].update(planned, prior)
    return planned


def delete(kind, state):
    try:
        RESOURCES[kind].delete(state)
    except ClientError as error:
        # What goes with its API is gone already.
        if "NotFound" not in error.response["Error"]["Code"]:
            raise


DATA = {
    "aws_region": {"id": REGION, "name": REGION, "region": REGION},
    "aws_partition": {"id": "aws", "partition": "aws", "dns_suffix": "amazonaws.com"},
    "aws_caller_identity": {"id": ACCOUNT, "account_id": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root"},
}


def data(kind, config):
    return config | DATA[kind]
