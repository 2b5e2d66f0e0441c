"""moto's server, which plays AWS, with things that the connector has no operation to make; it prints their ids."""
import json
import logging
import os
import sys

import counterpart

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-west-1",
                  AWS_EC2_METADATA_DISABLED="true", MOTO_EC2_LOAD_DEFAULT_AMIS="false", MOTO_IAM_LOAD_MANAGED_POLICIES="true")
import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)
port = counterpart.free_port()
server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
server.start()


def client(name):
    return boto3.client(name, endpoint_url=f"http://127.0.0.1:{port}", region_name="eu-west-1")


ec2, iam, s3, sqs = client("ec2"), client("iam"), client("s3"), client("sqs")
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
instance = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]
acl = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"][0]["NetworkAclId"]
volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
iam.create_user(UserName="mallory")
key = iam.create_access_key(UserName="mallory")["AccessKey"]["AccessKeyId"]
iam.create_group(GroupName="suspects")
iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}")
iam.create_login_profile(UserName="mallory", Password="Secret123!")
s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
queue = sqs.create_queue(QueueName="alerts")["QueueUrl"]
detector = client("guardduty").create_detector(Enable=True)["DetectorId"]
client("securityhub").enable_security_hub()
print(json.dumps({"port": port, "vpc": vpc, "instance": instance["InstanceId"],
                  "interface": instance["NetworkInterfaces"][0]["NetworkInterfaceId"], "acl": acl, "volume": volume,
                  "accessKey": key, "queue": queue, "detector": detector}), flush=True)
sys.stdin.read()
server.stop()
