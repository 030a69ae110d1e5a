"""The endpoints controller: an object of core/v1 for each service. A pod whose deletion has begun is not in it."""


def write(plane, service):
    ready = [address(pod, service) for pod in service.pods if pod.ready and not pod.terminating]
    others = [address(pod, service) for pod in service.pods if not pod.ready and not pod.terminating]
    subset = {
        **({"addresses": ready} if ready else {}), **({"notReadyAddresses": others} if others else {}),
        "ports": [{"name": "http", "port": plane.pod_port, "protocol": "TCP"}]}
    thing = {
        "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": service.name, "namespace": "shop"},
        "subsets": [subset] if ready or others else []}
    if plane.written.get(("endpoints", service.name)) != thing:
        plane.written["endpoints", service.name] = thing
        plane.rest.put("endpoints", thing)


def address(pod, service):
    return {
        "ip": pod.address, "nodeName": pod.node.name,
        **({"hostname": pod.hostname} if pod.hostname and service.headless else {}),
        "targetRef": {"kind": "Pod", "namespace": "shop", "name": pod.name}}
