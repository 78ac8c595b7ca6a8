# SPDX-License-Identifier: Apache-2.0
tap_tests += %D%/faults.t
