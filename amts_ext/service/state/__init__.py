"""What the service keeps: resources, jobs, buckets, the bill, and the folder that outlives it.

Operations change it under one lock; every change is written through before it is answered.
"""
