"""The endpoint slice controller: slices of discovery.k8s.io of a limited size for each service. A pod stays in its slice; a
slice without any is deleted, but for the last one."""

LABEL = "kubernetes.io/service-name"


def write(plane, service):
    place(service)
    former = [name for kind, name in plane.written if kind == "slice" and name.startswith(f"{service.name}-slice-")]
    for name, pods in service.slices.items():
        thing = slice_of(plane, service, name, pods)
        if plane.written.get(("slice", name)) != thing:
            plane.written["slice", name] = thing
            plane.rest.put(f"discovery.k8s.io/{plane.slices_version}/endpointslices", thing)
    for name in former:
        if name not in service.slices:
            del plane.written["slice", name]
            plane.rest.delete(f"discovery.k8s.io/{plane.slices_version}/endpointslices", "shop", name)


def place(service):
    for pods in service.slices.values():
        pods[:] = [pod for pod in pods if pod in service.pods]
    placed = {pod for pods in service.slices.values() for pod in pods}
    for pod in service.pods:
        if pod not in placed:
            room = next((pods for pods in service.slices.values() if len(pods) < service.slice_size), None)
            if room is None:
                service.made += 1
                room = service.slices[f"{service.name}-slice-{service.made}"] = []
            room.append(pod)
    for name in [name for name, pods in service.slices.items() if not pods]:
        if len(service.slices) > 1:
            del service.slices[name]


def slice_of(plane, service, name, pods):
    return {
        "apiVersion": f"discovery.k8s.io/{plane.slices_version}", "kind": "EndpointSlice",
        "metadata": {"name": name, "namespace": "shop", "labels": {
            LABEL: service.name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}},
        "addressType": "IPv4", "endpoints": [endpoint(plane, pod, service) for pod in pods],
        "ports": [{"name": "http", "port": plane.pod_port, "protocol": "TCP"}]}


def endpoint(plane, pod, service):
    conditions = {"ready": pod.ready and not pod.terminating}
    where = {"topology": {"kubernetes.io/hostname": pod.node.name, "topology.kubernetes.io/zone": pod.node.zone}}
    if plane.slices_version == "v1":
        conditions |= {"serving": pod.ready, "terminating": pod.terminating}
        where = {"nodeName": pod.node.name, "zone": pod.node.zone}
        if service.hints:
            where["hints"] = {"forZones": [{"name": pod.node.zone}]}
    return {
        "addresses": [pod.address], "conditions": conditions, **where,
        **({"hostname": pod.hostname} if pod.hostname and service.headless else {}),
        "targetRef": {"kind": "Pod", "namespace": "shop", "name": pod.name}}
