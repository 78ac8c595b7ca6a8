# SPDX-License-Identifier: Apache-2.0
tap_tests += %D%/faults.t %D%/gate.t %D%/verify.t

unit_tests += tests/unit/measure
