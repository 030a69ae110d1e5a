import Testing

@testable import Configuration

@Suite struct ProcessorCountTests {
  private func count(_ files: [String: String]) -> Int { ProcessorCount.available { files[$0] } }

  private let eight = [
    "/sys/devices/system/cpu/online": "0-7\n", "/proc/self/status": "Name:\tapus\nCpus_allowed_list:\t0-63\n",
  ]

  @Test func processorsAreThoseOnlineAndAllowed() {
    #expect(count(eight) == 8)
    #expect(
      count(["/sys/devices/system/cpu/online": "0-3,8", "/proc/self/status": "Cpus_allowed_list:\t2-9\n"])
        == 3)
    #expect(count(["/proc/self/status": "Cpus_allowed_list:\t5\n"]) == 1)
    #expect(count([:]) == 1)
    #expect(count(["/sys/devices/system/cpu/online": "nonsense"]) == 1)
  }

  @Test func quotaOfVersion2IsRoundedUp() {
    let cases = [
      "150000 100000": 2, "100000 100000": 1, "5000 100000": 1, "300000 100000": 3, "max 100000": 8, "": 8,
    ]
    for (text, expected) in cases {
      let files = eight.merging(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": text]) { $1 }
      #expect(count(files) == expected, "\(text)")
    }
  }

  @Test func theTightestGroupOnTheWayUpCounts() {
    let files = eight.merging([
      "/proc/self/cgroup": "0::/kubepods/pod1/app\n",
      "/sys/fs/cgroup/kubepods/pod1/app/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/kubepods/pod1/cpu.max": "400000 100000\n",
      "/sys/fs/cgroup/kubepods/cpu.max": "600000 100000\n",
    ]) { $1 }
    #expect(count(files) == 4)
  }

  @Test func quotaOfVersion1() {
    let groups = "12:pids:/x\n5:cpu,cpuacct:/docker/abc\n0::/system\n"
    // Within a container the group's own path is not mounted, its content is the root.
    let mounts = ["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpu/docker/abc"]
    for mount in mounts {
      let files = eight.merging([
        "/proc/self/cgroup": groups, mount + "/cpu.cfs_quota_us": "250000\n",
        mount + "/cpu.cfs_period_us": "100000\n",
      ]) { $1 }
      #expect(count(files) == 3, "\(mount)")
    }
    let unlimited = eight.merging([
      "/proc/self/cgroup": groups, mounts[0] + "/cpu.cfs_quota_us": "-1\n",
      mounts[0] + "/cpu.cfs_period_us": "100000",
    ]) { $1 }
    #expect(count(unlimited) == 8)
  }

  @Test func thisMachineHasAtLeastOne() { #expect(ProcessorCount.available() >= 1) }
}
