"""Prints the CloudFormation templates into which SAM's own translator turns a SAM template, one for each set of parameters.
Argument: the template. Standard input: a JSON list of maps of parameters."""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.translator import Translator
from samtranslator.parser.parser import Parser

with open(sys.argv[1], encoding="utf8") as file:
    text = file.read()


def translate(parameters):
    template = yaml_parse(text)
    # The code, and the nested template, are in S3 when AWS translates a template.
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
        if resource["Type"] == "AWS::Serverless::Application":
            resource["Properties"]["Location"] = "https://s3.eu-west-1.amazonaws.com/bucket/key"
    values = {name: parameter.get("Default") for name, parameter in template.get("Parameters", {}).items()}
    return Translator({}, Parser()).translate(template, {**values, **parameters})


print(json.dumps([translate(parameters) for parameters in json.load(sys.stdin)]))
