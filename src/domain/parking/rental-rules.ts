/** The rules of parking and of storage rentals. */

import type { Rule } from '../command/rule.ts'
import { deleteSpaceRental, rentSpace, type SpaceKind } from './space-rental.ts'

const parkings: SpaceKind = {
  rental: 'TenantParking',
  space: 'Parking',
  identifier: 'ParkingId',
  column: 'parking_id',
  heldRenewable: 'PARKING_HELD_RENEWABLE',
  alreadyRented: 'PARKING_ALREADY_RENTED',
  notRentable: 'PARKING_NOT_RENTABLE',
}

const storages: SpaceKind = {
  rental: 'TenantStorage',
  space: 'Storage',
  identifier: 'StorageId',
  column: 'storage_id',
  heldRenewable: 'STORAGE_HELD_RENEWABLE',
  alreadyRented: 'STORAGE_ALREADY_RENTED',
  notRentable: 'STORAGE_NOT_RENTABLE',
}

export const parkingRentalRules: readonly Rule[] = [
  rentSpace(parkings),
  deleteSpaceRental(parkings),
]

export const storageRentalRules: readonly Rule[] = [
  rentSpace(storages),
  deleteSpaceRental(storages),
]
