"""moto_server with three differences. Lambda functions are stored and not run, because running needs Docker.
CloudFormation's ValidateTemplate fails on cfn-lint's errors only, as at AWS, not on its warnings. CloudFormation has the
resources of moto_resources.py."""

import os
import sys

from moto.cloudformation import models
from moto.moto_api._internal import moto_api_backend
from moto.server import main

from moto_resources import add_missing_resources

validate = models.validate_template_cfn_lint


def validate_without_warnings(template):
    return [match for match in validate(template) if match.rule.severity == "error"]


models.validate_template_cfn_lint = validate_without_warnings
moto_api_backend.set_config({"lambda": {"use_docker": False}})
port = sys.argv[1]
os.environ["MOTO_ENDPOINT"] = f"http://127.0.0.1:{port}"
print("added:", ", ".join(add_missing_resources()), flush=True)
main(["-H", "127.0.0.1", "-p", port])
