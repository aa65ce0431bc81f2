"""Prints the CloudFormation template into which SAM's own translator turns a SAM template. Argument: the template."""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.translator import Translator
from samtranslator.parser.parser import Parser

with open(sys.argv[1], encoding="utf8") as file:
    template = yaml_parse(file.read())
# The code is in S3 when AWS translates a template.
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
translator = Translator({}, Parser())
print(json.dumps(translator.translate(template, {})))
