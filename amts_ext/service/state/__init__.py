"""The state of the service: resources, jobs, buckets, the bill, and the folder that keeps them.

Operations change the state under one lock. Every change is written to the folder before the request
is answered.
"""
