"""Prints the CloudFormation that SAM's own translator makes of a template. Argument: the template."""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.translator import Translator
from samtranslator.parser.parser import Parser

with open(sys.argv[1], encoding="utf8") as file:
    template = yaml_parse(file.read())
# Code is in S3 by the time that AWS translates a template.
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
translator = Translator({}, Parser())
print(json.dumps(translator.translate(template, {})))
